"""Deals that partner firms register, and leads that are handed to them.

A partner's registration says with whom it hopes to sell what. `deals` declares it, with the protection that follows from
it; `goods` says whether two deals are about the same, `recognizing` whom a description is of, `conflicts` what stands
against a registration and how much of that its partner is told. `registering` takes registrations, `deciding` is what
becomes of them, `clocks` what time does. `handing` hands leads from partner to partner until one accepts (`offers` has the
types). Who may see and do this is said by `access`, what is shown by `views`, what an installation says by `settings`.
"""
