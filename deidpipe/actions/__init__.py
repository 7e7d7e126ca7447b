"""Turn Decisions into edits: a shelf of actions, and the procedure that a layout's Decisions come to."""
