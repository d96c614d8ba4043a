using System.Buffers;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>Renders documents through one buffer of each thread, so that of a document nothing but its bytes is allocated.</summary>
internal static class DocumentWriter
{
    // Of each thread; what a very large document has made of a buffer is not kept.
    private const int KeptBytesMax = 1 << 20;

    [ThreadStatic]
    private static Sheet? _kept;

    public static byte[] Job(Job job, long epoch, long commit) =>
        ToUtf8((job, epoch, commit), static (writer, of) => JobDocument.Write(writer, of.job, of.epoch, of.commit));

    public static JsonText CloudEvent(JobEvent jobEvent, EventForm form) =>
        JsonText.Of(ToUtf8((jobEvent, form), static (writer, of) => EventJson.WriteCloudEvent(writer, of.jobEvent, of.form)));

    public static byte[] Settings(QueueSettings settings, long epoch, long commit) =>
        ToUtf8((settings, epoch, commit), static (writer, of) => SettingsDocument.Write(writer, of.settings, of.epoch, of.commit));

    public static byte[] SettingsPage(IEnumerable<string> documents, long epoch, long commit) =>
        ToUtf8((documents, epoch, commit), static (writer, of) => SettingsDocument.WritePage(writer, of.documents, of.epoch, of.commit));

    /// <summary>Any other.</summary>
    public static byte[] ToUtf8<T>(T document, Action<Utf8JsonWriter, T> write)
    {
        // Taken while it is in use: one that is rendered within another gets its own, and what an exception leaves half is not seen again.
        Sheet sheet = _kept ?? new Sheet();
        _kept = null;
        write(sheet.Writer, document);
        sheet.Writer.Flush();
        byte[] utf8 = sheet.Buffer.WrittenSpan.ToArray();
        if (sheet.Buffer.Capacity <= KeptBytesMax)
        {
            sheet.Buffer.ResetWrittenCount();
            sheet.Writer.Reset();
            _kept = sheet;
        }

        return utf8;
    }

    private sealed class Sheet
    {
        public Sheet() => Writer = new Utf8JsonWriter(Buffer, Json.WriterOptions);

        public ArrayBufferWriter<byte> Buffer { get; } = new(16 << 10);

        public Utf8JsonWriter Writer { get; }
    }
}
