using System.Buffers;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>Writes documents through one reused buffer; used by one commit loop at a time.</summary>
internal sealed class DocumentWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(16 << 10);

    public byte[] Job(Job job, long epoch, long commit)
    {
        using Utf8JsonWriter writer = Begin();
        JobDocument.Write(writer, job, epoch, commit);
        return End(writer);
    }

    public JsonText CloudEvent(JobEvent jobEvent, string source)
    {
        using Utf8JsonWriter writer = Begin();
        EventJson.WriteCloudEvent(writer, jobEvent, source);
        return new JsonText(End(writer));
    }

    public byte[] Settings(QueueSettings settings, long epoch, long commit)
    {
        using Utf8JsonWriter writer = Begin();
        SettingsDocument.Write(writer, settings, epoch, commit);
        return End(writer);
    }

    public byte[] SettingsPage(IEnumerable<string> documents, long epoch, long commit)
    {
        using Utf8JsonWriter writer = Begin();
        SettingsDocument.WritePage(writer, documents, epoch, commit);
        return End(writer);
    }

    private Utf8JsonWriter Begin()
    {
        _buffer.ResetWrittenCount();
        return new Utf8JsonWriter(_buffer, Json.WriterOptions);
    }

    private byte[] End(Utf8JsonWriter writer)
    {
        writer.Flush();
        return _buffer.WrittenSpan.ToArray();
    }
}
