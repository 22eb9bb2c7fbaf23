"""A server's talk with a process apart: it goes on whatever happens, also after a mistake of ours."""

import asyncio

from msgspec import Struct

from homeport.drivers.apart.attachment import Attachment
from homeport.drivers.apart.conversation import Conversation
from homeport.drivers.apart.door import Door
from homeport.drivers.network.folder import Folder

WITHIN_S = 20.0


class Word(Struct, frozen=True):
    """What either side says."""

    text: str = ""


class Mail:
    """The latest word."""

    def __init__(self) -> None:
        self.news = asyncio.Event()
        self._last = Word()

    def add(self, told: Word) -> None:
        self._last = told
        self.news.set()

    def take(self) -> Word:
        self.news.clear()
        return self._last


class Clumsy:
    """A speaker that makes a mistake at the first word it hears."""

    is_needed = True

    def __init__(self) -> None:
        self.heard = 0
        self.understood = asyncio.Event()

    def whole(self) -> Word:
        return Word("all")

    def nothing(self) -> str:
        return ""

    def both(self, first: str, second: str) -> str:
        return first + second

    def part(self, change: str) -> Word:
        return Word(change)

    async def hear(self, told: Word) -> None:
        self.heard += 1
        if self.heard == 1:
            raise AssertionError(told)
        self.understood.set()

    async def attend(self) -> None:
        pass


def test_after_a_mistake_another_conversation_begins(tmp_path):
    async def scenario() -> None:
        folder = Folder.of(tmp_path)
        folder.make()
        door: Door[Word, Word] = Door(Word, heard, lambda: Word("now"), Mail)
        await door.open(folder.door)
        speaker = Clumsy()
        conversation: Conversation[str, Word] = Conversation(
            "process", Attachment("process", folder, ["false"]), speaker, Word
        )
        conversation.begin()
        try:
            async with asyncio.timeout(WITHIN_S):
                await speaker.understood.wait()
        finally:
            await conversation.close()
            await door.close()

    async def heard(word: Word) -> None:
        assert word == Word("all")

    asyncio.run(scenario())
