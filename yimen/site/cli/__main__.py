"""`python -m yimen.site.cli`, the same as `yimen`."""

import sys

from yimen.site.cli import main

sys.exit(main())
