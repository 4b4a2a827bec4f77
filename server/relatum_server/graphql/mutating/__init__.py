"""Mutations over the engine.

A mutation's way through the modules: `plan` says once per document which acts it consists of and what is shown of each;
`arguments` are what the acts are given in one request. `works` turns that into records to save and commands;
`performing` does all of it in one unit of work, in which `payloads` are read by the same requests as queries and put
together as bytes. `places` says where in the input an error of the engine arose, `telling` tells it so that nothing gets
known that may not be. `answering` is the way as a whole, and
sees to it that a request with a key is done once.
"""
