using System.Globalization;
using System.Text.Json.Nodes;
using Google.Rpc;

namespace Sidecar.Conformance.Calls;

/// <summary>What came back for a call, as it was on the wire.</summary>
internal sealed record CallReply(
    int HttpStatus, IReadOnlyDictionary<string, string[]> Headers, byte[] Body, IReadOnlyDictionary<string, string[]> Trailers)
{
    // What a client makes of an answer without a code.
    private const string Unknown = "2";

    /// <summary>Why nothing came, where nothing came: the code a client library would give it.</summary>
    public (int Code, string Message)? Failure { get; init; }

    public bool TrailersOnly => Headers.ContainsKey("grpc-status");

    public int Code => Failure?.Code ?? int.Parse(Ending("grpc-status") ?? Unknown, CultureInfo.InvariantCulture);

    public string Message => Failure?.Message ?? Uri.UnescapeDataString(Ending("grpc-message") ?? "");

    public IReadOnlyList<byte[]> Messages => Frames.Split(Body);

    /// <summary>The details of <c>google.rpc.Status</c>; empty without.</summary>
    public JsonArray Details =>
        Ending("grpc-status-details-bin") is { } text ? StatusDetails.ToJson(Status.Parser.ParseFrom(Base64(text))) : [];

    public static CallReply Failed(int code, string message) =>
        new(0, new Dictionary<string, string[]>(), [], new Dictionary<string, string[]>()) { Failure = (code, message) };

    /// <summary>Binary metadata are written with padding or without.</summary>
    public static byte[] Base64(string text)
    {
        string bare = text.TrimEnd('=');
        return Convert.FromBase64String(bare.PadRight((bare.Length + 3) / 4 * 4, '='));
    }

    private string? Ending(string name) => (TrailersOnly ? Headers : Trailers).GetValueOrDefault(name)?[0];
}
