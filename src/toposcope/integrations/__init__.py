"""Toposcope inside other libraries: one optional dependency a module, imported only by whoever uses it."""
