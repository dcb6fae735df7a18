"""V1's file endpoints (api-v1 §7.8)."""

from labelwright.api.endpoint import Answer, Call, Endpoint
from labelwright.api.uploads import Upload
from labelwright.api.v1 import render, schemas
from labelwright.domain import files
from labelwright.refusals import InvalidParameter


async def upload(call: Call) -> Answer:
    """Keep an uploaded file."""
    env, settings = call.program.env, call.platform.settings
    folder = settings.data / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    if call.stream is None:
        raise InvalidParameter.because('"file" is required', field="file")
    content_type = call.headers.get(b"content-type", b"")
    async with Upload(content_type, call.stream, folder, settings.file_limit) as upload:
        if upload.path is None:
            raise InvalidParameter.because('"file" is required', field="file")
        new = files.NewFile(
            filename=upload.filename,
            project_name=upload.text("project_name"),
            display_name=upload.text("display_name"),
            reference_id=upload.text("reference_id"),
            metadata=upload.fields.get("metadata"),
        )
        view = await files.add(call.platform, env, upload.path, new)
    return Answer(render.file(view))


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
)
