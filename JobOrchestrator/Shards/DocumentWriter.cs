using System.Buffers;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>Writes documents through one reused buffer; used by one commit loop at a time.</summary>
internal sealed class DocumentWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(16 << 10);
    private readonly Utf8JsonWriter _writer;

    public DocumentWriter() => _writer = new Utf8JsonWriter(_buffer, Json.WriterOptions);

    public byte[] Job(Job job, long epoch, long commit) => Written(() => JobDocument.Write(_writer, job, epoch, commit));

    public JsonText CloudEvent(JobEvent jobEvent, string source) => new(Written(() => EventJson.WriteCloudEvent(_writer, jobEvent, source)));

    private byte[] Written(Action write)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset();
        write();
        _writer.Flush();
        return _buffer.WrittenSpan.ToArray();
    }
}
