using System.Text;

namespace Dapr.Client.Http;

/// <summary>Builds the address of one call: escapes what callers name, appends metadata as the API wants it.</summary>
internal struct SidecarUrl
{
    // The address is escaped here already; without this the Uri class would decode and fold dots in a key.
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly StringBuilder _text;
    private bool _hasQuery;

    public SidecarUrl(string endpoint, string route)
    {
        _text = new StringBuilder(endpoint, endpoint.Length + 128).Append(route);
        _hasQuery = false;
    }

    /// <summary>Adds a slash and one segment: a name or a key, slashes and all.</summary>
    public readonly SidecarUrl Segment(string value)
    {
        _text.Append('/');
        // A segment of dots alone would be folded away by the sidecar.
        _text.Append(value is "." or ".." ? value.Replace(".", "%2E", StringComparison.Ordinal) : Uri.EscapeDataString(value));
        return this;
    }

    /// <summary>Adds a slash and a topic, whose slashes stay slashes.</summary>
    public readonly SidecarUrl Topic(string topic)
    {
        _text.Append('/').AppendJoin('/', topic.Split('/').Select(Uri.EscapeDataString));
        return this;
    }

    public SidecarUrl Query(string name, string value)
    {
        _text.Append(_hasQuery ? '&' : '?').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        _hasQuery = true;
        return this;
    }

    public SidecarUrl Metadata(IReadOnlyDictionary<string, string>? metadata)
    {
        var url = this;
        if (metadata is not null)
        {
            foreach (var (name, value) in metadata)
                url = url.Query("metadata." + Uri.EscapeDataString(name), value);
        }

        return url;
    }

    public SidecarUrl Consistency(ConsistencyMode? mode) => mode is { } value ? Query("consistency", Words.Of(value)) : this;

    public SidecarUrl Concurrency(ConcurrencyMode? mode) => mode is { } value ? Query("concurrency", Words.Of(value)) : this;

    public readonly Uri ToUri() => new(_text.ToString(), AsWritten);
}
