using System.Text.Encodings.Web;
using System.Text.Json;

namespace JobOrchestrator.Shards;

/// <summary>How the shards write JSON.</summary>
internal static class Json
{
    /// <summary>Relaxed: nothing here is put into HTML, and escaping every quote of a kept text twice would double it again.</summary>
    public static readonly JsonWriterOptions WriterOptions =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
}
