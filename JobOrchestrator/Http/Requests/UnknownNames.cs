using System.Collections.Concurrent;
using JobOrchestrator.Hosting;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Http;

/// <summary>What becomes of members and parameters that nobody knows: most are mistyped, and would be lost without a word.</summary>
/// <param name="options">What is to become of them.</param>
/// <param name="logger">The log.</param>
internal sealed partial class UnknownNames(IOptions<ApiOptions> options, ILogger<UnknownNames> logger)
{
    /// <summary>Different names that the log tells of: callers make up any number.</summary>
    private const int ToldMax = 100;

    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);

    /// <summary>As set.</summary>
    public UnknownMembers Policy => options.Value.UnknownMembers;

    /// <summary>Tells the log of a name, once.</summary>
    /// <param name="name">Where it stands.</param>
    /// <param name="nearest">The one that may have been meant.</param>
    public void Warn(string name, string? nearest)
    {
        if (_told.Count < ToldMax && _told.TryAdd(name, true))
        {
            LogUnknown(logger, ErrorText.OneLine(name, BodyReader.NameMax), Sentence(nearest));
        }
    }

    /// <summary>Tells the log of a name that was said twice, once.</summary>
    /// <param name="name">Where it stands.</param>
    public void WarnTwice(string name)
    {
        if (_told.Count < ToldMax && _told.TryAdd(name, true))
        {
            LogTwice(logger, ErrorText.OneLine(name, BodyReader.NameMax));
        }
    }

    /// <summary>Tells the log of a member that belongs to another request, once.</summary>
    /// <param name="name">Where it stands.</param>
    /// <param name="instead">What to do.</param>
    public void WarnMisplaced(string name, string instead)
    {
        if (_told.Count < ToldMax && _told.TryAdd(name, true))
        {
            LogUnknown(logger, ErrorText.OneLine(name, BodyReader.NameMax), instead);
        }
    }

    /// <summary>What a caller is told.</summary>
    public static string Sentence(string? nearest) =>
        nearest is null ? "Not known." : $"Not known. Did you mean {nearest}?";

    [LoggerMessage(1_010, LogLevel.Warning, "A caller says {Name}, which is ignored. {Sentence}")]
    private static partial void LogUnknown(ILogger logger, string name, string sentence);

    [LoggerMessage(1_011, LogLevel.Warning, "A caller says {Name} twice; the last one counts.")]
    private static partial void LogTwice(ILogger logger, string name);
}
