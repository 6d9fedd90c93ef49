import os
import subprocess
import sys


def test_give_way__a_process_of_its_own__behind_the_others() -> None:
    code = "import os; from mlmodels.parent import give_way; give_way(); print(os.nice(0))"

    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert int(other.stdout) == min(os.nice(0) + 10, 19)
