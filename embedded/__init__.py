"""Host 3: Frappe's engine on SQLite, without bench, Redis or ERPNext. For trying the app and for its tests.

`python -m embedded serve | reset | exec FILE | migrate | uninstall | prepare`; see README.md beside this file.
"""
