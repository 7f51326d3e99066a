"""Commands about files of orders: what columns are, which SKUs of Amazon's those of shops are, and
tracking numbers for shops.

Heavy imports wait until a command runs, so that `--help` is quick.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mcf import terminal
from mcf.cli_common import explained, json_flag, print_json
from mcf.errors import InvalidInput, MCFError
from mcf.wording import many

if TYPE_CHECKING:
    from mcf.order_files.mappings import Remembered
    from mcf.order_files.parse import Document, FileOrder
    from mcf.order_files.plan import PlannedOrder
    from mcf.order_files.shop_results import ShopResult
    from mcf.order_files.shop_skus import SkuTable
    from mcf.order_files.sku_files import SkuFile
    from mcf.service import MCFService

_NAMED = 10
_shop = click.option(
    "--shop", default="All shops", show_default=True, help="Whose SKU it is, like Shopify."
)
_encoding = click.option("--encoding", metavar="NAME", help="How FILE was saved, like cp1252.")
_FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True, slots=True)
class Means:
    """What commands are made of: the service, a fresh store."""

    service: Callable[[], AbstractContextManager[MCFService]]
    freshen: Callable[[MCFService, bool], None]


def register(main: click.Group, orders: click.Group, means: Means) -> None:
    """Adds the commands to those that there are."""
    skus = click.Group("skus", help="Which SKU of Amazon's a SKU of your shop is.")
    for make in (_list_skus, _set_sku, _forget_sku, _import_skus, _export_skus):
        skus.add_command(make(means))
    columns = click.Group("columns", help="What columns of your files of orders are.")
    for make in (_list_columns, _set_columns, _forget_columns):
        columns.add_command(make(means))
    main.add_command(skus)
    main.add_command(columns)
    orders.add_command(_tracking(means))


def _list_skus(means: Means) -> click.Command:
    @click.command("list")
    @json_flag
    @explained
    def list_skus(*, as_json: bool) -> None:
        """List the SKUs of shops, and what goes out for a unit of each."""
        import pandas as pd

        from mcf.files.headings import SHOP_SKUS

        with means.service() as service:
            rows = [*service.files.skus.table().rows()]
        names = ["shop", "shop_sku", "amazon_sku", "units"]
        if as_json:
            for row in rows:
                print_json(dict(zip(names, row, strict=True)))
        elif rows:
            terminal.table(pd.DataFrame(rows, columns=names), SHOP_SKUS)
        else:
            terminal.say("No SKU of a shop is in the table: each is meant as it's written.")

    return list_skus


def _set_sku(means: Means) -> click.Command:
    @click.command("set")
    @click.argument("shop_sku")
    @click.argument("amazon_skus", nargs=-1, required=True, metavar="AMAZON_SKU[=UNITS]...")
    @_shop
    @json_flag
    @explained
    def set_sku(*, shop_sku: str, amazon_skus: tuple[str, ...], shop: str, as_json: bool) -> None:
        """Say which SKU of Amazon's SHOP_SKU is.

        With =UNITS so many go out for each; several SKUs make a bundle.
        """
        from mcf.order_files.shop_skus import written
        from mcf.order_files.sku_files import shop_named

        with means.service() as service:
            products = service.files.products()
            parts = tuple(_part(text, products) for text in amazon_skus)
            before = service.files.skus.put(shop_named(shop), shop_sku, parts)
        _warn_unknown([part.sku for part in parts if products and part.sku not in products])
        if as_json:
            was = written(before) or None
            print_json({"shop": shop_named(shop), "shop_sku": shop_sku,
                              "sent": written(parts), "before": was})  # fmt: skip
        else:
            was = f" (it was {written(before)})" if before and before != parts else ""
            terminal.say(f"{shop_named(shop)}: {shop_sku} -> {written(parts)}{was}")

    return set_sku


def _part(text: str, products: Any) -> Any:
    """A SKU with its units, like SKU-0012=2; one that is a product's SKU as it's written is it."""
    from mcf.order_files.shop_skus import Part

    sku, is_pair, units = text.rpartition("=")
    if not is_pair or text in products:
        return Part(text)
    if not (units.isascii() and units.isdecimal()):
        raise InvalidInput({text: "needs whole units after =, like SKU-0012=2"})
    return Part(sku, int(units))


def _forget_sku(means: Means) -> click.Command:
    @click.command("forget")
    @click.argument("shop_sku")
    @_shop
    @json_flag
    @explained
    def forget_sku(*, shop_sku: str, shop: str, as_json: bool) -> None:
        """Take SHOP_SKU out of the table: it's meant as it's written then."""
        from mcf.order_files.shop_skus import written
        from mcf.order_files.sku_files import shop_named

        with means.service() as service:
            before = service.files.skus.put(shop_named(shop), shop_sku, ())
        if not before:
            raise MCFError(
                f"{shop_named(shop)} has no {shop_sku} in the table.",
                advice="See `skus list`; name the shop with --shop.",
            )
        if as_json:
            print_json({"shop": shop_named(shop), "shop_sku": shop_sku,
                              "before": written(before)})  # fmt: skip
        else:
            terminal.say(f"{shop_named(shop)}: {shop_sku} is meant as it's written. "
                         f"It was {written(before)}.")  # fmt: skip

    return forget_sku


def _import_skus(means: Means) -> click.Command:
    @click.command("import")
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
    @_shop
    @_encoding
    @json_flag
    @explained
    def import_skus(
        *, file: Path, dry_run: bool, shop: str, encoding: str | None, as_json: bool
    ) -> None:
        """Take a table of SKUs from FILE (CSV or Excel).

        Columns: Shop, SKU at the shop, SKU at Amazon, Units. Exit code 1 when a line is refused.
        """
        from mcf.order_files import sku_files

        with means.service() as service:
            skus = service.files.skus
            read = sku_files.read_file(
                file,
                skus.table(),
                service.files.products(),
                shop=sku_files.shop_named(shop),
                encoding=encoding,
            )
            if not dry_run:
                skus.change(read.changes)
        _show_import(read, dry_run=dry_run, as_json=as_json)
        sys.exit(1 if read.refused else 0)

    return import_skus


def _show_import(read: SkuFile, *, dry_run: bool, as_json: bool) -> None:
    from mcf.order_files.shop_skus import written

    if as_json:
        print_json({
            "added": len(read.added), "changed": len(read.changed), "same": read.same,
            "refused": [{"line": it.line, "shop_sku": it.sku, "why": it.why}
                        for it in read.refused],
            "unknown": [*read.unknown],
        })  # fmt: skip
        return
    would = "would be " if dry_run else ""
    terminal.say(f"{many(len(read.added), 'SKU')} {would}added, {len(read.changed):,} {would}"
                 f"changed, {read.same:,} the same")  # fmt: skip
    for it in read.changed:
        shop, sku = it.key
        terminal.say(f"  {shop}: {sku} -> {written(it.after)} (it was {written(it.before)})")
    for refused in read.refused:
        terminal.say(f"  line {refused.line} is refused: {refused.why}", err=True)
    _warn_unknown(read.unknown)


def _warn_unknown(skus: Any) -> None:
    if skus:
        more = f" and {len(skus) - _NAMED:,} more" if len(skus) > _NAMED else ""
        terminal.say(
            f"Warning: not among your SKUs in this marketplace: {', '.join(skus[:_NAMED])}{more}. "
            "Orders with them are held back.",
            err=True,
        )


def _export_skus(means: Means) -> click.Command:
    @click.command("export")
    @click.argument("file", type=_FILE)
    @json_flag
    @explained
    def export_skus(*, file: Path, as_json: bool) -> None:
        """Write the table of SKUs to FILE (.csv or .xlsx), which `skus import` takes."""
        from mcf.order_files import send, sku_files

        with means.service() as service:
            rows = sku_files.rows(service.files.skus.table())
        send.write(rows, file)
        if as_json:
            print_json({"file": str(file), "rows": len(rows) - 1})
        else:
            terminal.say(f"{file} ({many(len(rows) - 1, 'row')})")

    return export_skus


def _list_columns(means: Means) -> click.Command:
    @click.command("list")
    @json_flag
    @explained
    def list_columns(*, as_json: bool) -> None:
        """List what is remembered of columns of files, the newest first."""
        with means.service() as service:
            remembered = service.files.mappings.all()
        for one in remembered:
            begins = f"{one.key[:8]}  {one.since:%Y-%m-%d}"
            _show_columns(one, begins, as_json=as_json)
        if not remembered and not as_json:
            terminal.say("Nothing is remembered of columns.")

    return list_columns


def _show_columns(one: Remembered, begins: str, *, as_json: bool) -> None:
    if as_json:
        told = [{"column": name, "is": it} for name, it in one.columns.items()]
        print_json({"key": one.key, "since": one.since, "columns": told})
    else:
        terminal.say(f"{begins}: {one}.")


def _set_columns(means: Means) -> click.Command:
    @click.command("set")
    @click.argument("file", type=click.Path(path_type=Path))
    @click.argument("pairs", nargs=-1, required=True, metavar='"COLUMN=WHAT IT IS"...')
    @_encoding
    @json_flag
    @explained
    def set_columns(
        *, file: Path, pairs: tuple[str, ...], encoding: str | None, as_json: bool
    ) -> None:
        """Say what columns of FILE are, for it and for files with the same columns.

        Like "Customer=Name" "Ref=Order number" "Internal=ignored". Columns that aren't named and
        aren't known are ignored.
        """
        from mcf.files import limits
        from mcf.order_files import mappings, parse

        document = parse.unnamed(limits.content(file), encoding=encoding)
        names = document.table.names
        assigned = mappings.in_words(pairs, names)
        unknown = document.named(assigned).head.unknown if _is_plain(document) else ()
        with means.service() as service:
            kept = service.files.mappings
            whole = {**dict.fromkeys(unknown), **assigned}
            remembered = kept.keep(names, whole, kept.get(names))
        _show_columns(remembered, "Remembered", as_json=as_json)
        document.named(whole).head.require_needed()

    return set_columns


def _is_plain(document: Document) -> bool:
    """Whether a file is of no shop, so that its columns stand for themselves."""
    from mcf.order_files import shops

    return shops.recognised(document.table.names) is None


def _forget_columns(means: Means) -> click.Command:
    @click.command("forget")
    @click.argument("which", metavar="FILE|KEY")
    @_encoding
    @json_flag
    @explained
    def forget_columns(*, which: str, encoding: str | None, as_json: bool) -> None:
        """Forget what the columns of FILE are, or what `columns list` shows under KEY."""
        from mcf.files import limits
        from mcf.order_files import parse

        with means.service() as service:
            kept = service.files.mappings
            some = [one for one in kept.all() if len(which) >= 4 and one.key.startswith(which)]
            if Path(which).exists():
                document = parse.unnamed(limits.content(Path(which)), encoding=encoding)
                some = [one for one in [kept.get(document.table.names)] if one is not None]
            if len(some) != 1:
                raise MCFError(f"Nothing is remembered for {which}.", advice="See `columns list`.")
            kept.forget(some[0])
        _show_columns(some[0], "Forgotten", as_json=as_json)

    return forget_columns


def _tracking(means: Means) -> click.Command:
    @click.command("tracking")
    @click.option("--shop", help="Only orders of this shop, like Shopify.")
    @click.option(
        "--output", type=click.Path(path_type=Path, file_okay=False), default=Path("output")
    )
    @json_flag
    @explained
    def tracking(*, shop: str | None, output: Path, as_json: bool) -> None:
        """Write tracking numbers of orders from shops' files: a file per shop, as it takes it."""
        from mcf.files import export
        from mcf.order_files.sku_files import shop_named

        with means.service() as service:
            means.freshen(service, as_json)
            results = service.files.given_back(service.settings.marketplace.zone)
            now = service.now()
        some = [one for one in results if shop is None or one.shop == shop_named(shop)]
        if not some:
            raise MCFError(
                f"No order from a file of {shop or 'a shop'} is known.",
                advice="Orders are known from when `orders submit` or the page sends a shop's "
                "export, for MCF_KEEP_DRAFTS_DAYS.",
            )
        for one in some:
            name = f"{one.form.file}_{now:%Y%m%dT%H%M%SZ}.{one.form.kind}"
            try:
                path = export.write_bytes(one.content, name, output)
            except OSError as error:
                raise MCFError(
                    f"{output} can't be written: {error.strerror}",
                    advice="Choose another folder with --output.",
                ) from error
            _show_result(one, path, as_json=as_json)

    return tracking


def _show_result(one: ShopResult, path: Path, *, as_json: bool) -> None:
    if as_json:
        print_json({"shop": one.shop, "file": str(path), "orders": one.orders,
                          "with_tracking": one.numbered, "left_out": [*one.left_out]})  # fmt: skip
        return
    terminal.say(f"{path}: {one.said}")
    terminal.say(f"  {one.form.told}")
    for left in one.left_out:
        terminal.say(f"  Not in it: {left}", err=True)


def opened(
    service: MCFService, file: Path, encoding: str | None
) -> tuple[Document, list[FileOrder]]:
    """A file and its orders; says how it was read, and which of its SKUs aren't Amazon's.

    Raises `InvalidInput` when no order can be made of it.
    """
    from mcf.order_files.parse import judged

    document, skus = service.files.opened(file, encoding), service.files.skus.table()
    for note in document.notes:
        terminal.say(f"Warning: {note}", err=True)
    orders = judged(document, service.now(), service.settings.marketplace, skus)
    _say_unknown(service, document, skus)
    return document, orders


def show_plan(planned: Sequence[PlannedOrder], print_json: Callable[[Any], None] | None) -> None:
    """Prints what would become of each order, and what is sent for which SKU of its shop."""
    from mcf import cli_json

    for plan in planned:
        if print_json is not None:
            print_json(cli_json.planned(plan))
            continue
        total = plan.preview.total_fee if plan.preview else None
        fee = f", fee {total.value} {total.currency_code}" if total else ""
        also = "; ".join(filter(None, (plan.reason, *map(str, plan.order.swaps))))
        terminal.say(f"{plan.verdict.value:12}  {plan.order.order_id}{fee}  {also}".rstrip())


def _say_unknown(service: MCFService, document: Document, table: SkuTable) -> None:
    """Names the SKUs of a file that aren't Amazon's, and how to say what they are."""
    from mcf.order_files.unknown_skus import unknown

    for it in unknown(document, table, service.files.products()):
        perhaps = f" Perhaps {' or '.join(it.likely)}." if it.likely else ""
        shop = "" if it.shop == "All shops" else f' --shop "{it.shop}"'
        terminal.say(
            f"Warning: {it.sku} isn't among your SKUs at Amazon.{perhaps} Say which it is with: "
            f"python -m mcf skus set {it.sku} SKU{shop}",
            err=True,
        )
