"""The whole permission table: verb → who may. One page an auditor can read; nothing else grants anything.

Where (reach) is not decided here: a role acts only on rows whose division code starts with its seat's, and a
line department only on its own matters. Letters: W window, H station head, S street, D district, C city, L line
department, F finance, Y system administrator, E security administrator, U auditor, R resident with the second
secret, * the clock and the handlers.
"""

from yimen.core.actor import Role

LETTERS = {
    "W": Role.WINDOW,
    "H": Role.HEAD,
    "S": Role.STREET,
    "D": Role.DISTRICT,
    "C": Role.CITY,
    "L": Role.DEPT,
    "F": Role.FINANCE,
    "Y": Role.SYSADMIN,
    "E": Role.SECURITY,
    "U": Role.AUDITOR,
    "R": Role.RESIDENT,
    "*": Role.SYSTEM,
}
STAFF = "WHSDCLFYEU"

_TABLE = f"""
workbench.open          {STAFF}
search.ask              {STAFF}
seat.switch             {STAFF}
account.own             {STAFF}
account.sign_in         {STAFF}
account.sign_out        {STAFF}
account.change_password {STAFF}
account.set_language    {STAFF}
session.end             {STAFF}
token.issue             {STAFF}
token.end               {STAFF}
help.read               {STAFF}

resident.list           WHSDC
resident.read           WHSDC
resident.reveal         WHS
resident.add            WH
resident.correct        WH
resident.move           WH
resident.set_trait      WH*
resident.end_trait      WH*
resident.keep_material  WH*
resident.merge          WHSDC
resident.undo           WHSDC
resident.seen_by        HU
resident.export         WHSDC
resident.import         HSL
resident.import_undo    HSL
resident.protect        H
resident.unprotect      H
resident.list_protected WH
building.list           WHS
building.read           WHS
map.read                WHSDC
ground.read             SDC
ground.bring            SDC
ground.measure          SDC
ground.drop             SDC
ground.apply            SDC
ground.undo             SDC
ground.purge            *
building.place          SDC
duplicate.list          WHSDC
duplicate.read          WHSDC
duplicate.keep_apart    WHSDC
duplicate.find          *
registry.load           *
registry.import         HS
registry.import_undo    HS
import.read             HSLY
import.upload           HSLY
import.map              HSLY
import.fix              HSLY
import.apply            HSLY
import.undo             HSLY
import.drop             HSLY
import.export           HSLY
import.preview          HSLY
import.finish           HSLY
import.purge            *

rule.read               WHSDC
rule.set                C
vulnerable.list         WHS
vulnerable.mark         WH
vulnerable.unmark       WH
vulnerable.find         *
walk.read               WH
walk.send               WH
visit.list              WHS
visit.read              WHS
visit.correct           WH
goal.ask                H
goal.answer             S
gap.name                WH
finding.list            WH
finding.take            WH
finding.refuse          WH
finding.reveal          WH
journal.read            WH
journal.note            WH
journal.print           WH
coverage.open           HSDC
coverage.fold           *
visit.walk              WH
visit.record            WH
visit.settle            WH
visit.import            WH
device.own              WH
device.pack             WH
device.wipe             WH

patch.read              WHSDC
plan.read               HS
plan.start              HS
plan.move               HS
plan.split              HS
plan.merge              HS
plan.redraw             HS
plan.name_officer       HS
plan.drop               HS
plan.publish            HS
publication.undo        HS
officer.name            HS

case.print              WH
draft.start             WH
draft.save              WH
draft.set_aside         WH
draft.take_over         WH
draft.drop              WH
draft.restore           WH
draft.notice            WH
draft.purge             *

case.list               WHSDCL
case.read               WHSDCL
case.export             WHSDCL
case.accept             WH
case.claim              WH
case.offer              WH
case.answer_offer       WH
case.pause              WH
case.resume             WH
case.material           WH
case.note               WHSDL
case.message            WHSDLR
case.send_up            WH
case.send_back          SDCL
case.decide             WHSDCL
case.withdraw           WHR
case.ask_extension      WH
case.answer_extension   SDC
case.urge               HSDC
case.follow             R
case.reopen             R
case.rate               R
case.complain           R
case.warn               *
case.recompute          *

follow_up.list          HSDC
follow_up.read          HSDC
follow_up.answer        HSDC
supervise.open          HSDC
figures.fold            *
figures.rebuild         *

catalogue.read          {STAFF}
catalogue.publish       C
catalogue.load          *
parameter.set           C

cover.read              WHS
absence.mark            WH
absence.end             WH
skill.read              WHS
skill.set               H
skill.count             *
station.count           *
station.read            WHSDC
station.edit            HY
service_system.name     C
division.set_phone      SDC

sign.read               WHSDC
sign.print              WH
board.post              WH
card.give               WH
portrait.keep           WH
contact.leave           R
contact.list            WHS
contact.read            WHS
contact.take            WH
contact.answer          WH
contact.hand_over       WH
contact.to_case         WH
contact.called_back     WH
contact.reveal          WH
contact.link            *
box.list                WHS
box.set_up              WH
box.empty               WH
box.move                WH
box.remove              WH
channel.list            WHS
channel.set_up          WH
channel.end             WH

calendar.read           {STAFF}
calendar.load           Y*

division.load           *
outline.load            SDC*
outline.undo            SDC*
department.load         *
post.load               *
norm.load               *
service_system.load     *
station.load            *
demo.build              *

account.list            YEU
account.create          Y*
account.import          Y
account.import_undo     Y
account.close           Y
account.reset_password  HYE*
seat.propose            YE
seat.grant              E*
seat.end                E
approval.read           WHSDCLYE
approval.ask            WHSDCLYE
approval.answer         HSDCE
export.download         WHSDCL
matrix.read             {STAFF}
trail.read              U
trail.export            U
trail.verify            U*
trail.place             *
unusual.read            U
unusual.review          U
unusual.find            *
key.rotate              *
key.retire              *
"""

MATRIX: dict[str, frozenset[Role]] = {
    verb: frozenset(LETTERS[letter] for letter in letters)
    for verb, letters in (line.split() for line in _TABLE.strip().splitlines() if line)
}
