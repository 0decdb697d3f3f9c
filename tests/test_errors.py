import inspect
import pickle

import pytest

from toposcope import errors
from toposcope.errors import ToposcopeError

CLASSES = [getattr(errors, name) for name in errors.__all__]


def test_all_errors_are_exported_and_share_one_base():
    defined = {c for _, c in inspect.getmembers(errors, inspect.isclass) if c.__module__ == errors.__name__}
    assert defined == set(CLASSES)
    assert all(issubclass(c, ToposcopeError) for c in CLASSES)


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (errors.InputError, ValueError),
        (errors.InputNotFoundError, FileNotFoundError),
        (errors.OutputError, OSError),
        (errors.GazetteerNotFoundError, FileNotFoundError),
        (errors.GazetteerDamagedError, ValueError),
        (errors.GazetteerVersionError, ValueError),
        (errors.RecogniserError, ValueError),
        (errors.RecogniserNotFoundError, FileNotFoundError),
        (errors.MissingExtraError, ImportError),
    ],
)
def test_each_is_also_the_builtin_that_people_catch(error, builtin):
    assert issubclass(error, builtin)


@pytest.mark.parametrize("error", CLASSES)
def test_reads_as_message_and_remedy_and_survives_a_process_pool(error):
    raised = error("the page is torn.", "Glue it.")
    assert str(raised) == "the page is torn. Glue it."
    copy = pickle.loads(pickle.dumps(raised))
    assert (type(copy), copy.message, copy.remedy) == (error, "the page is torn.", "Glue it.")
    assert str(error("the page is torn.")) == "the page is torn."


def test_the_drawn_tree_is_the_real_one():
    for error in CLASSES:
        assert error.__name__ in errors.__doc__
