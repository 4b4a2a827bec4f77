"""What is said, written and to be done about anything: interactions, tasks, resubmissions, on the timeline of any record."""

from relatum import Plugin

plugin = Plugin("activities", version="1.0", engine=">=0.1,<1", requires=["base"])
