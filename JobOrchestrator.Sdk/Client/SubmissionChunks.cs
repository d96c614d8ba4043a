using System.Buffers;
using System.Text.Json;

namespace JobOrchestrator.Sdk;

/// <summary>
/// Many submissions as the bodies of requests. The same submissions always make the same bytes: an orchestrator knows a repetition
/// by them.
/// </summary>
internal static class SubmissionChunks
{
    /// <summary>Most submissions in one body: about as many as one write of the orchestrator takes.</summary>
    public const int JobsMax = 1_000;

    // A sidecar takes bodies of 4 MiB unless it is told otherwise.
    private const int BytesMax = 3 * 1024 * 1024;

    /// <summary>All of them in one body; null when there are none.</summary>
    public static ReadOnlyMemory<byte>? Whole(IEnumerable<SubmitRequest> submissions)
    {
        var body = new Body();
        foreach (SubmitRequest submission in submissions)
        {
            body.Add(Written(submission));
        }

        return body.Count == 0 ? default(ReadOnlyMemory<byte>?) : body.Close();
    }

    /// <summary>As many bodies as their bounds ask for. A submission that is over the bound alone gets a body of its own.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Of(IEnumerable<SubmitRequest> submissions)
    {
        var body = new Body();
        foreach (SubmitRequest submission in submissions)
        {
            byte[] written = Written(submission);
            if (body.Count == JobsMax || (body.Count > 0 && body.Length + written.Length > BytesMax))
            {
                yield return body.Close();
                body = new Body();
            }

            body.Add(written);
        }

        if (body.Count > 0)
        {
            yield return body.Close();
        }
    }

    private static byte[] Written(SubmitRequest submission) =>
        JsonSerializer.SerializeToUtf8Bytes(submission, WireJson.Wire.SubmitRequest);

    /// <summary>A JSON array of submissions in the making.</summary>
    private sealed class Body
    {
        private readonly ArrayBufferWriter<byte> _json = new();

        public int Count { get; private set; }

        public int Length => _json.WrittenCount;

        public void Add(byte[] submission)
        {
            _json.Write(Count++ == 0 ? "["u8 : ","u8);
            _json.Write(submission);
        }

        /// <summary>Closes the array. Nothing may be added afterwards.</summary>
        public ReadOnlyMemory<byte> Close()
        {
            _json.Write("]"u8);
            return _json.WrittenMemory;
        }
    }
}
