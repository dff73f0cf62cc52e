"""The structure tree of a certificate (ISO 32000-1 section 14.7): what a screen reader reads, and in which order."""

from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    NumberObject,
    pdf_name,
    pdf_string,
)

from idp.documents.pdf.tagging import Mark


def add_structure(writer: Any, marks: tuple[tuple[Mark, ...], ...]) -> None:
    """Make the marked pieces of each page the leaves of one tree."""
    tree = DictionaryObject({pdf_name("/Type"): pdf_name("/StructTreeRoot")})
    tree_ref = writer.add_object(tree)
    whole = DictionaryObject(
        {pdf_name("/Type"): pdf_name("/StructElem"), pdf_name("/S"): pdf_name("/Document"), pdf_name("/P"): tree_ref}
    )
    whole_ref = writer.add_object(whole)
    leaves, parents = ArrayObject(), ArrayObject()
    for number, page_marks in enumerate(marks):
        page_ref, _ = writer.find_page_for_modification(number)
        page = page_ref.get_object()
        page[pdf_name("/StructParents")] = NumberObject(number)
        page[pdf_name("/Tabs")] = pdf_name("/S")
        here = [writer.add_object(_leaf(mark, i, whole_ref, page_ref)) for i, mark in enumerate(page_marks)]
        leaves += here
        parents += [NumberObject(number), writer.add_object(ArrayObject(here))]
    whole[pdf_name("/K")] = leaves
    tree[pdf_name("/K")] = ArrayObject([whole_ref])
    tree[pdf_name("/ParentTree")] = writer.add_object(DictionaryObject({pdf_name("/Nums"): parents}))
    tree[pdf_name("/ParentTreeNextKey")] = NumberObject(len(marks))
    writer.root[pdf_name("/StructTreeRoot")] = tree_ref
    writer.root[pdf_name("/MarkInfo")] = DictionaryObject({pdf_name("/Marked"): BooleanObject(True)})


def _leaf(mark: Mark, number: int, parent: Any, page: Any) -> DictionaryObject:
    leaf = DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/StructElem"),
            pdf_name("/S"): pdf_name(f"/{mark.tag}"),
            pdf_name("/P"): parent,
            pdf_name("/Pg"): page,
            pdf_name("/K"): NumberObject(number),
        }
    )
    if mark.lang:
        leaf[pdf_name("/Lang")] = pdf_string(mark.lang)
    return leaf
