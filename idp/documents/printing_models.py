"""The table of printed sheets: what a checker must type to learn whether a sheet still holds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from idp.db import Base, UtcDateTime


class PrintedSheet(Base):
    """One printing of a document. `digest` is of the sheet's code and four facts about the person together: who
    does not know all five finds nothing, and there is nothing else to look for."""

    __tablename__ = "printed_sheet"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), index=True)
    printed_at: Mapped[datetime] = mapped_column(UtcDateTime)
