"""The GraphQL API under load, as a ratio to what can be had by hand.

1. `market`: the plugin that is asked about; `world`: its records, made up from a seed, in any size.
2. `questions`: what is asked, as GraphQL; `by_hand`: the same as statements that a patient person would write;
   `person_by_hand`: the rows that a new person takes.
3. `engine`: Relatum as it is served; `floor`: those statements behind a bare function.
4. `comparing`: both asked in turn, after both gave the same answers and wrote as many `rows`.
"""
