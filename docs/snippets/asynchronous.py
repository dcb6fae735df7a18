"""The same client for asyncio programs: every method is awaited, listings are walked with async for."""

import asyncio

from scaleapi.aio import AsyncScaleClient


async def main() -> None:
    async with AsyncScaleClient() as client:
        await client.create_project("sentences", "categorization")
        first, second = await asyncio.gather(
            *(
                client.create_task(
                    "categorization",
                    project="sentences",
                    attachment_type="text",
                    attachment=text,
                    categories=["question", "statement"],
                )
                for text in ("Nine?", "Nine.")
            )
        )
        await first.set_tags(["short"])
        async for task in client.get_tasks("sentences", tags=["short"]):
            print(task.id == first.id, task.id == second.id)


asyncio.run(main())
