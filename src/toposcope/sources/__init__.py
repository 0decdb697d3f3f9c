"""Readers of sources: each yields rows for :func:`toposcope.gazetteer_build.build`.

Only building needs them; parsing a text never imports this package. :mod:`toposcope.sources.embedded` puts the
gazetteer together that comes with the package.
"""
