// {{ lang }}
self.kept = {{ ["/m/shell", "/m/manifest.webmanifest", static("phone.css"), static("phone.js"), static("favicon.svg"), static("phone-192.png"), static("phone-512.png")]|tojson }};
importScripts({{ static("worker.js")|tojson }});
