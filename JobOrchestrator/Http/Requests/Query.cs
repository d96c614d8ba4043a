using System.Globalization;
using JobOrchestrator.Core;
using JobOrchestrator.Hosting;
using JobOrchestrator.Http.OpenApi;
using JobOrchestrator.Shards;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace JobOrchestrator.Http;

/// <summary>Query parameters. What cannot be read ends the operation with 400, what is not allowed with 422.</summary>
internal static class Query
{
    /// <summary>
    /// Every name and value has to be UTF-8: what is not would be read as another text, and choose or say what nobody asked for.
    /// </summary>
    /// <exception cref="ProblemException">400: one is not; it is named.</exception>
    public static void RequireUtf8(HttpRequest request)
    {
        if (request.QueryString.Value?.Contains('%', StringComparison.Ordinal) != true)
        {
            return;
        }

        foreach (QueryStringEnumerable.EncodedNameValuePair pair in new QueryStringEnumerable(request.QueryString.Value))
        {
            if (!Escapes.TryRead(pair.EncodedName.Span, out string? name))
            {
                throw new ProblemException(Problems.Malformed("The name of a query parameter is no UTF-8."));
            }

            if (!Escapes.TryRead(pair.EncodedValue.Span, out _))
            {
                throw new ProblemException(Problems.Malformed($"Query parameter {Quoted(name)}: it is no UTF-8."));
            }
        }
    }

    /// <summary>
    /// Every parameter has to be one that the operation's document names. Operations without one, as other systems' routes, take any.
    /// </summary>
    /// <exception cref="ProblemException">400: one is not.</exception>
    public static void RequireKnown(HttpContext http, UnknownNames unknown)
    {
        if (unknown.Policy == UnknownMembers.Ignore || http.GetEndpoint()?.Metadata.GetMetadata<OperationDoc>() is not { } doc)
        {
            return;
        }

        foreach ((string said, StringValues values) in http.Request.Query)
        {
            if (doc.HasQuery(said))
            {
                RequireOnce(said, values, unknown);
                continue;
            }

            var nearest = new NearestName(said);
            foreach (string name in doc.QueryNames)
            {
                nearest.Consider(name);
            }

            if (unknown.Policy == UnknownMembers.Warn)
            {
                unknown.Warn($"?{said}", nearest.Name);
            }
            else
            {
                throw new ProblemException(Problems.Malformed($"Query parameter {Quoted(said)}: {UnknownNames.Sentence(nearest.Name)}"));
            }
        }
    }

    private static string Quoted(string name) => name.Length > BodyReader.NameMax ? name[..BodyReader.NameMax] + "…" : name;

    private static void RequireOnce(string name, StringValues values, UnknownNames unknown)
    {
        if (values.Count == 1)
        {
            return;
        }

        if (unknown.Policy != UnknownMembers.Warn)
        {
            throw new ProblemException(Problems.Malformed($"Query parameter {name}: Said twice."));
        }

        unknown.WarnTwice($"?{name}");
    }

    /// <summary>Text; empty is absent.</summary>
    public static string? Text(HttpRequest request, string name) =>
        request.Query[name] is { Count: > 0 } values && values[^1] is { Length: > 0 } text ? text : null;

    /// <summary>
    /// Parameters that choose what is changed say something where they stand: the script whose variable is not set would change all there
    /// is.
    /// </summary>
    /// <exception cref="ProblemException">400: one is empty.</exception>
    public static void RequireChoices(HttpRequest request, IEnumerable<string> names)
    {
        if (names.FirstOrDefault(name => request.Query[name].Count > 0 && Text(request, name) is null) is { } empty)
        {
            throw Malformed(empty, "a value, or no such parameter");
        }
    }

    /// <summary>
    /// True or false. A name alone is neither: to whoever writes <c>DELETE …?purge</c> it means true, and taken as absent it would cancel.
    /// </summary>
    public static bool Flag(HttpRequest request, string name, bool absent = false) =>
        request.Query[name] is not { Count: > 0 } values ? absent
        : bool.TryParse(values[^1], out bool flag) ? flag
        : throw Malformed(name, "true or false");

    public static JobStatus? Status(HttpRequest request, string name) => Text(request, name) switch
    {
        null => null,
        { } text when Words.Statuses.FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } word =>
            Words.Status(word),
        _ => throw Malformed(name, "New, InProgress, Completed, Failed or Cancelled (phases: ?phase=)"),
    };

    public static DateTimeOffset? Instant(HttpRequest request, string name) => Text(request, name) switch
    {
        null => null,
        // In a query an unescaped + arrives as a space.
        { } text when Instants.TryParse(text.Replace(' ', '+'), out DateTimeOffset instant) => instant,
        _ => throw Malformed(name, "an instant such as 2030-01-31T12:00:00Z"),
    };

    /// <summary>An instant, or an age such as <c>-15m</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="name">The parameter.</param>
    /// <param name="now">From when the age counts.</param>
    /// <param name="longest">The longest age.</param>
    public static DateTimeOffset? InstantOrAge(HttpRequest request, string name, DateTimeOffset now, TimeSpan longest)
    {
        if (Text(request, name) is not ['-', .. var age])
        {
            return Instant(request, name);
        }

        TimeSpan unit = age.Length == 0 ? TimeSpan.Zero : age[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => TimeSpan.Zero,
        };
        return unit > TimeSpan.Zero && int.TryParse(age[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number * unit.TotalSeconds <= longest.TotalSeconds
            ? now - (number * unit)
            : throw Malformed(name, "an instant, or an age such as -15m, -1h or -7d");
    }

    /// <summary>The size of a page; more than the most is the most.</summary>
    public static int Limit(HttpRequest request, int absent, int most)
    {
        if (Text(request, "limit") is not { } text)
        {
            return absent;
        }

        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long limit))
        {
            throw Malformed("limit", "a whole number");
        }

        return limit >= 1 ? (int)Math.Min(limit, most) : throw new ProblemException(Problems.NotAllowed("?limit", "1 or more."));
    }

    public static ProblemException Malformed(string name, string expected) =>
        new(Problems.Malformed($"Query parameter {name}: expected {expected}."));
}
