using JobOrchestrator.Dashboard.Calls;
using JobOrchestrator.Dashboard.Hosting;
using JobOrchestrator.Dashboard.Values;
using JobOrchestrator.Sdk;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Dashboard.Serving;

/// <summary>One look at one page: who looks, at which address, when, and how they want it. Every component has it.</summary>
internal sealed class View
{
    private readonly Api _api;
    private readonly TimeProvider _time;
    private readonly HttpContext _http;
    private JobClient? _jobs;
    private Task<Rights>? _rights;

    public View(Exchange exchange, Api api, Assets assets, IOptions<UiOptions> options, TimeProvider time)
    {
        _http = exchange.Http ?? throw new InvalidOperationException("A page is looked at by a request.");
        (_api, Assets, Options, _time) = (api, assets, options.Value, time);
        Now = time.GetUtcNow();
        Preferences = Preferences.Of(Request.Cookies);
        Zone = Preferences.Zone ?? TimeZoneInfo.FindSystemTimeZoneById(Options.TimeZone);
        Hidden = new HiddenNames(Options.Redact);
    }

    /// <summary>The request.</summary>
    public HttpRequest Request => _http.Request;

    /// <summary>What is set.</summary>
    public UiOptions Options { get; }

    /// <summary>Style sheet, scripts and icons.</summary>
    public Assets Assets { get; }

    /// <summary>When the page is made: every age on it is seen from here.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>How long it has taken so far.</summary>
    public TimeSpan Elapsed => _time.GetUtcNow() - Now;

    /// <summary>How the person wants it.</summary>
    public Preferences Preferences { get; }

    /// <summary>The zone of the times on the page.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>The members whose values are hidden.</summary>
    public HiddenNames Hidden { get; }

    /// <summary>Which installation this is; a word of ours where nothing is set.</summary>
    public string Place => Options.Name.Length > 0 ? Options.Name : "Jobs";

    /// <summary>What stands before every relative address.</summary>
    public string Base => $"{(Request.PathBase.HasValue ? Request.PathBase.Value : Options.PathBase)}/";

    /// <summary>This page, relative to <see cref="Base"/>, without its query.</summary>
    public string Path => Request.Path.ToUriComponent().TrimStart('/');

    /// <summary>This page with its query, but for <c>part</c>, which is a part's own.</summary>
    public string Here => With();

    /// <summary>Where callers reach the API, for lines that are copied; it ends without a slash.</summary>
    public string Origin => Options.PublicUrl is { Length: > 0 } said
        ? said.TrimEnd('/')
        : $"{Request.Scheme}://{Request.Host.ToUriComponent()}{Base.TrimEnd('/')}";

    /// <summary>What went wrong, the worst of it; null: nothing.</summary>
    public Trouble? Worst { get; private set; }

    /// <summary>A form that comes back.</summary>
    public Draft Draft { get; } = new();

    /// <summary>Where a form was sent from, as it says itself: a place of these pages, or the first of them.</summary>
    public string Back { get; private set; } = "ui";

    /// <summary>The API, asked with the credentials of whoever looks.</summary>
    public JobClient Jobs => _jobs ??= _api.For(Token ?? TicketCookie.Of(Request));

    /// <summary>The token that came along, of who signed in elsewhere; null: none.</summary>
    public string? Token => CallerToken.Of(Request, Options.TokenHeader);

    /// <summary>Who looks has signed in here, rather than at a proxy or not at all.</summary>
    public bool IsSignedIn => Token is null && TicketCookie.Of(Request) is not null;

    /// <summary>What whoever looks may do; asked for once a page. Where the API does not say, nothing.</summary>
    public Task<Rights> RightsAsync() => _rights ??= FindRightsAsync();

    /// <summary>A member of the query; null: it is not said.</summary>
    public string? Query(string name) => Request.Query[name] is [{ Length: > 0 } value, ..] ? value : null;

    /// <summary>Remembers where a form says it was sent from. What is no place of these pages is not gone to.</summary>
    public void ComeFrom(string? place)
    {
        if (place is "ui" or ['u', 'i', '/' or '?', ..]
            && Uri.IsWellFormedUriString(place, UriKind.Relative)
            && !place.Contains("..", StringComparison.Ordinal))
        {
            Back = place;
        }
    }

    /// <summary>A part of the address, as the route names it.</summary>
    /// <remarks>
    /// Routing leaves an encoded slash as it is and decodes everything else, so that <c>a%2Fb</c> and <c>a%252Fb</c>, two names, are one
    /// there: what was sent tells which.
    /// </remarks>
    public string Route(string name)
    {
        const string Slash = "%2F";
        string routed = (string)Request.RouteValues[name]!;
        if (!routed.Contains(Slash, StringComparison.OrdinalIgnoreCase))
        {
            return routed;
        }

        string target = Request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        string? sent = Array.Find(target.Split('?')[0].Split('/'), segment => routed.Equals(
            Uri.UnescapeDataString(segment.Replace(Slash, "%252F", StringComparison.OrdinalIgnoreCase)),
            StringComparison.OrdinalIgnoreCase));
        return sent is null ? routed : Uri.UnescapeDataString(sent);
    }

    /// <summary>The end of the address, where it says what is to be shown or done.</summary>
    public string LastSegment => Request.Path.Value![(Request.Path.Value!.LastIndexOf('/') + 1)..].ToLowerInvariant();

    /// <summary>Asks the API once, in time. What goes wrong is kept for the answer's status.</summary>
    public Task<Answer<T>> AskAsync<T>(Func<JobClient, CancellationToken, Task<T>> call) => AskAsync(call, _api.Limit);

    /// <summary>Asks for what the page can do without: it is no trouble of the page if that is not answered.</summary>
    public Task<Answer<T>> TryAskAsync<T>(Func<JobClient, CancellationToken, Task<T>> call) =>
        Ask.ForAsync(left => call(Jobs, left), _api.Limit, _time, _http.RequestAborted);

    /// <summary>Has the API change something. It may take longer: a person waits for its end.</summary>
    public Task<Answer<T>> ChangeAsync<T>(Func<JobClient, CancellationToken, Task<T>> call) => AskAsync(call, Api.ChangeLimit);

    /// <summary>Asks the API once with a key that somebody has typed.</summary>
    public Task<Answer<T>> AskAsAsync<T>(string key, Func<JobClient, CancellationToken, Task<T>> call) =>
        Ask.ForAsync(left => call(_api.For(key), left), _api.Limit, _time, _http.RequestAborted);

    private async Task<Rights> FindRightsAsync()
    {
        Answer<JobCaller> answer = await TryAskAsync((jobs, left) => new JobOperations(jobs).MeAsync(left));
        return new Rights(answer.Has(out JobCaller caller) ? caller : null, Options.ReadOnly);
    }

    private async Task<Answer<T>> AskAsync<T>(Func<JobClient, CancellationToken, Task<T>> call, TimeSpan limit)
    {
        Answer<T> answer = await Ask.ForAsync(left => call(Jobs, left), limit, _time, _http.RequestAborted);
        if (answer is Answer<T>.Not { Trouble: var trouble } && Worst is not Trouble.Unknown)
        {
            Worst = trouble;
        }

        return answer;
    }

    /// <summary>What was asked for aside was needed after all: it is a trouble of the page.</summary>
    public Answer<T> Missed<T>(Trouble trouble)
    {
        Worst ??= trouble;
        return new Answer<T>.Not(trouble);
    }

    /// <summary>What was asked for is not there.</summary>
    public Answer<T> Miss<T>()
    {
        var missing = new Trouble.Missing(Gone: false);
        Worst ??= missing;
        return new Answer<T>.Not(missing);
    }

    /// <summary>This page's address with other members in its query; null takes one out.</summary>
    public string With(params (string Name, string? Value)[] changed)
    {
        IEnumerable<(string Name, string Value)> kept =
            from member in Request.Query
            where member.Key != "part" && !changed.Any(change => change.Name == member.Key)
            from value in member.Value
            select (member.Key, value);
        return Address(Path, [.. kept, .. changed]);
    }

    /// <summary>An address relative to <see cref="Base"/>.</summary>
    public static string Address(string path, params (string Name, string? Value)[] query)
    {
        string members = string.Join(
            '&',
            query.Where(member => member.Value is not null)
                .Select(member => $"{Uri.EscapeDataString(member.Name)}={Uri.EscapeDataString(member.Value!)}"));
        return members.Length == 0 ? path : $"{path}?{members}";
    }
}
