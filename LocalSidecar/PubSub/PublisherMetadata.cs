using System.Buffers.Text;
using System.Collections.Frozen;
using System.Text;

namespace LocalSidecar.PubSub;

/// <summary>
/// Which of a publisher's metadata go along with a message. An app's server refuses what it takes for a page of another site's, and more
/// headers than it has room for, before the app sees them: the message would be tried again for ever, and with it all behind it.
/// </summary>
internal sealed partial class PublisherMetadata(AppTopics topics, string topic, Func<string, string, bool> canCarry, ILogger logger)
{
    /// <summary>How many go along. Kestrel takes 100 headers, some others too, and ours are among them.</summary>
    public const int CountMax = 60;

    /// <summary>How many bytes their names and values have together. Node takes 16 KB of headers, and ours are among them.</summary>
    public const int BytesMax = 12 << 10;

    // What a line of the log has of names: publishers choose them.
    private const int LoggedMax = 5;
    private const int LoggedLengthMax = 40;

    // They are the transport's to say, or the sidecar's, or a browser's.
    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "dapr-api-token", "expect", "host",
        "keep-alive", "origin", "proxy-connection", "pubsubname", "referer", "te", "trailer", "traceparent", "transfer-encoding",
        "upgrade",
        "user-agent");

    private int _hasLogged;

    /// <summary>Those that go along, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Of(IEnumerable<KeyValuePair<string, string>> given)
    {
        List<KeyValuePair<string, string>> passed = [];
        List<string>? left = null;
        int room = BytesMax;
        foreach (KeyValuePair<string, string> one in given)
        {
            int size = SizeOf(one.Key, one.Value);
            if (passed.Count < CountMax && size <= room && !IsReserved(one.Key) && canCarry(one.Key, one.Value))
            {
                passed.Add(one);
                room -= size;
            }
            else
            {
                (left ??= []).Add(one.Key);
            }
        }

        if (left is not null && Interlocked.Exchange(ref _hasLogged, 1) == 0)
        {
            LogLeftOut(logger, topics.App.Id, topic, Show(left));
        }

        return passed;
    }

    private static bool IsReserved(string name) =>
        Reserved.Contains(name) || name.StartsWith("sec-fetch-", StringComparison.OrdinalIgnoreCase);

    /// <summary>As a header; binary ones travel as base64.</summary>
    private static int SizeOf(string name, string value) =>
        name.Length + (name.EndsWith("-bin", StringComparison.OrdinalIgnoreCase)
            ? Base64.GetMaxEncodedToUtf8Length(Encoding.UTF8.GetByteCount(value))
            : value.Length);

    private static string Show(List<string> names)
    {
        string shown = string.Join(", ", names.Take(LoggedMax).Select(static name => $"'{Cut(name)}'"));
        return names.Count > LoggedMax ? $"{shown} and {names.Count - LoggedMax} more" : shown;
    }

    private static string Cut(string name) => string.Concat(
        name.Take(LoggedLengthMax).Select(static character => character is >= ' ' and <= '~' ? character : '?'));

    [LoggerMessage(
        48,
        LogLevel.Warning,
        "{App}: metadata of a message of topic '{Topic}' do not go along: {Names}. No header may say them, or they are more than apps "
            + "take; it is not said again")]
    private static partial void LogLeftOut(ILogger logger, string app, string topic, string names);
}
