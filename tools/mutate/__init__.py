"""Does the suite see faults? Each of a list of them, of the kind that people make, is planted in a copy and looked for."""
