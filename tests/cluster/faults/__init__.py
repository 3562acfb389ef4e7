"""What must hold when nodes die, freeze, are cut off, come late, come back, or talk nonsense.

`scene` is where a fault plays; the other files are the faults by what causes them, `listed` all of them in order.
"""
