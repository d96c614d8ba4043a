using System.Net.Http.Headers;
using System.Text;
using Sidecar.Conformance.Running;

namespace Sidecar.Conformance.Recorded;

/// <summary>Sends the requests of a recording in order and gathers what is not as recorded.</summary>
internal sealed class Replay(Recording recording, Uri sidecar, RecordedApp app, string run, IReadOnlyList<ListedDifference> listed)
{
    private static readonly TimeSpan AppAway = TimeSpan.FromSeconds(3);

    // Longer than any wait between two deliveries that is still to come, but for endless retries.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(1);

    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly List<Difference> _differences = [];
    private readonly Dictionary<string, string> _etags = [];
    private readonly IReadOnlyList<Event> _recorded = [.. recording.Deliveries.SelectMany(delivery => Event.Of(delivery, "RUN"))];

    /// <summary>Runs it all, but for the exchanges named, and says what differs.</summary>
    public async Task<IReadOnlyList<Difference>> RunAsync(HttpClient http, params string[] without)
    {
        foreach (Exchange exchange in recording.Exchanges.Where(
            exchange => exchange.Response is not null && !without.Contains(exchange.Name)))
        {
            switch (exchange.Name)
            {
                case "ttl gone" or "ttl in a transaction: gone":
                    await Eventually.IsAsync(async () => (await SendAllAsync(http, exchange)).Status == exchange.Response!.Status);
                    break;
                case "to an app that is down":
                    // Its absence is a length of time, not an event: what retries make of it is what is compared.
                    await ArrivedAsync(but: "/down");
                    await app.StopAsync();
                    _differences.AddRange(ExchangeComparison.Compare(exchange, await SendAllAsync(http, exchange), run));
                    await Task.Delay(AppAway);
                    await app.StartAsync();
                    continue;
                case "metadata at the end":
                    await ArrivedAsync();
                    break;
            }

            _differences.AddRange(ExchangeComparison.Compare(exchange, await SendAllAsync(http, exchange), run));
        }

        _differences.AddRange(DeliveryComparison.Compare(_recorded, app.Events));
        return _differences;
    }

    /// <summary>Sends all requests of an exchange; the answer is the first one's, as in the recording.</summary>
    private async Task<Answer> SendAllAsync(HttpClient http, Exchange exchange)
    {
        Answer? first = null;
        foreach (byte[]? body in Script.Bodies(exchange))
        {
            Answer answer = await SendAsync(http, exchange, body);
            first ??= answer;
        }

        if (exchange.Response!.Header("ETag") is { } recorded && first!.Header("ETag") is { } actual)
        {
            _etags[recorded] = actual;
        }

        return first!;
    }

    private async Task<Answer> SendAsync(HttpClient http, Exchange exchange, byte[]? body)
    {
        (string verb, string path, Dictionary<string, string>? headers, string? _) = exchange.Request;
        var uri = new Uri(sidecar.GetLeftPart(UriPartial.Authority) + Live(path), AsWritten);
        using var request = new HttpRequestMessage(new HttpMethod(verb), uri);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(
                exchange.Name == "publish bytes" ? body : Encoding.UTF8.GetBytes(Live(Encoding.UTF8.GetString(body))));
        }
        // What the recording script's own HTTP client added.
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        foreach ((string name, string value) in headers ?? [])
        {
            if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                (request.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, value);
            }
            else
            {
                request.Headers.TryAddWithoutValidation(name, Live(value));
            }
        }

        using HttpResponseMessage response = await http.SendAsync(request);
        var answered = ((HttpHeaders[])[response.Headers, response.Content.Headers])
            .SelectMany(group => group.NonValidated)
            .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new Answer((int)response.StatusCode, answered, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The recorded text for this run: its suffix, and its ETags in place of the recorded ones.</summary>
    private string Live(string text)
    {
        text = text.Replace("RUN", run, StringComparison.Ordinal);
        foreach ((string recorded, string actual) in _etags)
        {
            text = text.Replace(recorded, actual, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>Waits until everything expected has come, and then for silence where no endless retries are expected.</summary>
    private async Task ArrivedAsync(string? but = null)
    {
        var expected = DeliveryComparison.Labels(
            _recorded).ToDictionary(label => label, label => DeliveryComparison.Times(_recorded, label));
        foreach (ListedDifference difference in listed.Where(difference => difference.What == "times delivered"))
        {
            expected[difference.Where] = DeliveryComparison.Times(difference.Actual!);
        }

        await Eventually.IsAsync(() =>
        {
            IReadOnlyList<Event> events = app.Events;
            return Task.FromResult(expected
                .Where(one => but is null || !one.Key.StartsWith(but, StringComparison.Ordinal))
                .All(one => DeliveryComparison.Times(events, one.Key) >= one.Value));
        });
        await Eventually.IsAsync(() => Task.FromResult(
            app.Quiet(one => expected.GetValueOrDefault(one.Label) != DeliveryComparison.ManyTimes) >= Settled));
    }
}
