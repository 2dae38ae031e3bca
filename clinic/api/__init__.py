"""The JSON door: /api for programs with a bearer token, /health for whoever watches the service.

May import: all of clinic but desk and app. May not import: firmware, hub, hil_tests, tools.
"""
