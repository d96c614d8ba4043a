using System.Net;
using JobOrchestrator.Hosting;
using JobOrchestrator.Sdk;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace JobOrchestrator.Http;

/// <summary>The authority does not answer, or what it says is of no use; and there are no keys of it at hand.</summary>
internal sealed class AuthorityAwayException(Exception why) : Exception("The authority does not answer.", why);

/// <summary>
/// The keys by which an authority signs its tokens. They are fetched when the first token comes, again each hour beside the requests, and
/// when a token names one that is not there; one fetch at a time, with a pause between two, whatever callers send.
/// </summary>
internal sealed partial class AuthorityKeys : IConfigurationManager<OpenIdConnectConfiguration>, IDisposable
{
    /// <summary>So long nobody asks whether there are others.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    /// <summary>So long keys are gone by while the authority is away: one that it has taken back could otherwise sign for ever.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>Between two fetches for keys that are not known: anybody can make up the name of one.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    /// <summary>After one that failed.</summary>
    public static readonly TimeSpan PauseWhenAway = TimeSpan.FromSeconds(2);

    /// <summary>A token that names no key is tried with each.</summary>
    private const int KeysMax = 64;

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http = new(
        new SocketsHttpHandler
        {
            Proxy = new LoopbackDirect(HttpClient.DefaultProxy),
            AutomaticDecompression = DecompressionMethods.All,
            MaxAutomaticRedirections = 3,
            ConnectTimeout = AnswerTime,
            UseCookies = false,
        })
    {
        Timeout = AnswerTime,
    };

    private readonly string _address;
    private readonly TimeProvider _time;
    private readonly ILogger<AuthorityKeys> _log;

    // Guards the two below it: one fetch at a time.
    private readonly Lock _gate = new();
    private Task<Held>? _fetch;
    private (DateTimeOffset At, Exception Why)? _failed;
    private volatile Held? _held;

    public AuthorityKeys(IOptions<ApiOptions> options, TimeProvider time, ILogger<AuthorityKeys> log)
    {
        _address = $"{options.Value.Jwt.Authority.TrimEnd('/')}/.well-known/openid-configuration";
        (_time, _log) = (time, log);
    }

    /// <summary>What is known of the authority.</summary>
    /// <exception cref="AuthorityAwayException">Nothing, and it does not answer.</exception>
    public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel) => ForAsync(null, cancel);

    /// <summary>The same, with a key if the authority has it.</summary>
    /// <param name="keyId">The key's name; null: any.</param>
    /// <param name="cancel">Who asked has left.</param>
    /// <exception cref="AuthorityAwayException">It is not there, and the authority does not answer.</exception>
    public async Task<OpenIdConnectConfiguration> ForAsync(string? keyId, CancellationToken cancel)
    {
        DateTimeOffset now = _time.GetUtcNow();
        Held? held = _held;
        if (held is null || now - held.At > Longest)
        {
            return (await FetchAsync(now).WaitAsync(cancel)).Said;
        }

        TimeSpan age = now - held.At;
        if (keyId is null || held.Has(keyId))
        {
            if (age > Fresh)
            {
                Beside(FetchAsync(now));
            }

            return held.Said;
        }

        return age < Pause ? held.Said : (await FetchAsync(now).WaitAsync(cancel)).Said;
    }

    /// <summary>A token without a key's name was signed by none of them: they may have changed.</summary>
    public void RequestRefresh()
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (_held is { } held && now - held.At >= Pause)
        {
            Beside(FetchAsync(now));
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Nobody waits for it; that it failed is in the log.</summary>
    private static void Beside(Task fetch) => fetch.ContinueWith(
        static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private Task<Held> FetchAsync(DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_fetch is { IsCompleted: false })
            {
                return _fetch;
            }

            return _failed is { } failed && now - failed.At < PauseWhenAway
                ? Task.FromException<Held>(new AuthorityAwayException(failed.Why))
                : _fetch = Task.Run(() => FetchNowAsync(now));
        }
    }

    private async Task<Held> FetchNowAsync(DateTimeOffset now)
    {
        // The client's own limit ends with an answer's head: one that comes no further would be waited for for ever.
        using var ends = new CancellationTokenSource(AnswerTime);
        try
        {
            OpenIdConnectConfiguration said = await OpenIdConnectConfigurationRetriever.GetAsync(
                _address, new BoundedDocuments(_http), ends.Token);
            var held = new Held(now, Usable(said));
            bool wasAway;
            lock (_gate)
            {
                wasAway = _failed is not null;
                (_held, _failed) = (held, null);
            }

            if (wasAway)
            {
                Back(_log, _address);
            }

            return held;
        }
        catch (Exception why)
        {
            // Whatever it was: what an authority says can fault in any way, and the callers are told that it is away.
            bool isFirst;
            lock (_gate)
            {
                isFirst = _failed is null;
                _failed = (now, why);
            }

            if (isFirst)
            {
                Away(_log, _address, (why.InnerException ?? why).Message);
            }

            throw new AuthorityAwayException(why);
        }
    }

    private static OpenIdConnectConfiguration Usable(OpenIdConnectConfiguration said)
    {
        if (string.IsNullOrEmpty(said.Issuer))
        {
            throw new InvalidDataException("It does not say its issuer.");
        }

        return said.SigningKeys.Count is > 0 and <= KeysMax
            ? said
            : throw new InvalidDataException($"It has {said.SigningKeys.Count} keys; 1 to {KeysMax} are taken.");
    }

    [LoggerMessage(1020, LogLevel.Warning, "The authority at {Address} does not answer as one: {Why} Tokens are checked with the keys "
        + "that are at hand, if any; others are answered 503.")]
    private static partial void Away(ILogger log, string address, string why);

    [LoggerMessage(1021, LogLevel.Information, "The authority at {Address} answers again.")]
    private static partial void Back(ILogger log, string address);

    /// <summary>What the authority said, and when.</summary>
    private sealed class Held(DateTimeOffset at, OpenIdConnectConfiguration said)
    {
        private readonly HashSet<string> _ids = [.. said.SigningKeys.Select(key => key.KeyId).OfType<string>()];

        public DateTimeOffset At => at;

        public OpenIdConnectConfiguration Said => said;

        public bool Has(string keyId) => _ids.Contains(keyId);
    }
}
