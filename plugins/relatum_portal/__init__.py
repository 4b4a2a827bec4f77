"""Pages in which the people of partner firms see and change what their relationships entitle them to."""

from relatum import Plugin

plugin = Plugin("portal", version="1.0", engine=">=0.1,<1", requires=["base"])
