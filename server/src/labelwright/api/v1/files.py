"""V1's file endpoints (wire/files)."""

from labelwright.api.endpoint import Answer, Call, Endpoint
from labelwright.api.uploads import Upload
from labelwright.api.v1 import paging, render, schemas
from labelwright.domain import files
from labelwright.errors import InvalidParameter


async def upload(call: Call) -> Answer:
    """Keep an uploaded file."""
    env, settings = call.program.env, call.platform.settings
    if call.stream is None:
        raise InvalidParameter.because('"file" is required', field="file")
    content_type = call.headers.get(b"content-type", b"")
    known = schemas.Upload.__struct_fields__
    async with Upload(content_type, call.stream, call.platform.scratch, settings.file_limit, known) as upload:
        if upload.path is None:
            raise InvalidParameter.because('"file" is required', field="file")
        new = files.NewFile(
            filename=upload.filename,
            project_name=upload.text("project_name"),
            display_name=upload.text("display_name"),
            reference_id=upload.text("reference_id"),
            metadata=upload.bytes_of("metadata"),
        )
        view = await files.add(call.platform, env, upload.path, new)
    return Answer(render.file(view))


async def import_file(call: Call) -> Answer:
    """Fetch a file and keep it."""
    body = call.json(schemas.Import)
    new = files.NewFile(
        project_name=body.project_name,
        display_name=body.display_name,
        reference_id=body.reference_id,
        metadata=bytes(body.metadata),
    )
    return Answer(render.file(await files.import_from(call.platform, call.program.env, body.file_url, new)))


async def list_files(call: Call) -> Answer:
    """List files."""
    query = call.query(schemas.FileQuery)
    views, total, more = await files.page(
        call.platform,
        call.program.env,
        project_name=query.project,
        metadata=query.metadata,
        limit=paging.checked_limit(query.limit),
        after=paging.cursor(query.next_token),
    )
    last = views[-1].file if views and more else None
    token = paging.token(last.id, last.created_at) if last else None
    docs = [render.file(view).decode() for view in views]
    return Answer(render.page(docs, has_more=more, next_token=token, total=total))


ENDPOINTS = (
    Endpoint(
        "POST",
        "/files/upload",
        upload,
        "Upload a file of at most 80 MB",
        answer=schemas.File,
        body=schemas.Upload,
        errors=(400, 404, 409, 413, 415),
        streams=True,
        media_type="multipart/form-data",
    ),
    Endpoint(
        "POST",
        "/files/import",
        import_file,
        "Fetch a file of at most 80 MB and keep it",
        answer=schemas.File,
        body=schemas.Import,
        errors=(400, 404, 409, 415),
    ),
    Endpoint(
        "GET",
        "/files",
        list_files,
        "List files",
        answer=schemas.FileList,
        query=schemas.FileQuery,
        errors=(400, 404),
    ),
)
