from bench.report import share, to_table


def test_to_table__rows__markdown() -> None:
    assert (
        to_table(("", "accuracy"), [("svc", "0.953")]) == "|  | accuracy |\n| --- | --- |\n| svc | 0.953 |\n"
    )


def test_share__none_or_number__three_decimals_or_a_dash() -> None:
    assert (share(0.12345), share(0.0), share(None)) == ("0.123", "0.000", "–")
