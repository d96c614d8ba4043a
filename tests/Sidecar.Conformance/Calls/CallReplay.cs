using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Sidecar.Conformance.Recorded;
using Sidecar.Conformance.Running;

namespace Sidecar.Conformance.Calls;

/// <summary>Makes the calls of one app's part of a recording in order and gathers what is not as recorded.</summary>
internal sealed class CallReplay(
    CallRecording recording, CallTarget target, ICallApp app, string run, IReadOnlyList<ListedDifference> listed, ReplayPace pace)
    : IDisposable
{
    // Twice as long as the longest recording takes on a machine that is busy.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly CallConnection _calls = new(target.Grpc);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });
    private readonly Gate _gate = new();
    private readonly List<Difference> _differences = [];
    private readonly List<(StreamReplay Replay, Task Running)> _streams = [];
    private readonly Dictionary<string, string> _etags = [];
    private readonly IReadOnlyList<Event> _recorded = [.. recording.Deliveries.SelectMany(delivery => CallEvent.Of(delivery, "RUN"))];
    private bool _up;
    private string _now = "the start";

    /// <summary>Makes them all, but for those named, and says what differs.</summary>
    /// <exception cref="TimeoutException">It has not come to an end within <see cref="Limit"/>.</exception>
    public async Task<IReadOnlyList<Difference>> RunAsync(params string[] without)
    {
        try
        {
            return await MakeAllAsync(without).WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The replay did not end within {Limit.TotalSeconds} s; it stands at '{Volatile.Read(ref _now)}'.");
        }
    }

    private async Task<IReadOnlyList<Difference>> MakeAllAsync(string[] without)
    {
        foreach (CallExchange exchange in recording.Exchanges.Where(one => !CallScript.LeftOut(one) && !without.Contains(one.Name)))
        {
            Volatile.Write(ref _now, exchange.Where);
            await PrepareAsync(exchange);
            if (exchange.Stream is not null && exchange.Method == StreamReplay.Method)
            {
                await OpenAsync(exchange);
            }
            else
            {
                await StreamsAsync(exchange);
                _differences.AddRange(await (exchange.Http is null ? CallAsync(exchange) : HttpAsync(exchange)));
            }
        }

        Volatile.Write(ref _now, "the end of its streams");
        _gate.Open();
        await Task.WhenAll(_streams.Select(one => one.Running));
        StreamReplay[] streams = [.. _streams.Select(one => one.Replay)];
        _differences.AddRange(DeliveryComparison.Compare(
            [.. streams.SelectMany(one => one.Recorded)], [.. streams.SelectMany(one => one.Events)]));
        _differences.AddRange(streams.SelectMany(one => one.Differences()));
        _differences.AddRange(DeliveryComparison.Compare(_recorded, app.Events));
        return [.. _differences.Where(difference => !CallScript.ByChance(difference))];
    }

    public void Dispose()
    {
        _calls.Dispose();
        _http.Dispose();
    }

    /// <summary>What the recording script did besides calling.</summary>
    private async Task PrepareAsync(CallExchange exchange)
    {
        if (!_up && !exchange.Name.StartsWith("before the app is up", StringComparison.Ordinal))
        {
            await app.StartAsync();
            Assert.True(await Eventually.IsAsync(ReadyAsync), $"{target.Http} is not ready.");
            _up = true;
        }

        switch (exchange.Name)
        {
            case "bulk get of 5.3 MiB":
                foreach (CallExchange save in CallScript.LargeSaves(exchange))
                {
                    _differences.AddRange(CallComparison.Compare(save, await SendAsync(save), run));
                }

                break;
            case "stream: first message is no initial request" or "to an app that is down":
                await StreamsAsync(exchange);
                await ArrivedAsync();
                if (exchange.Name == "to an app that is down")
                {
                    await app.StopAsync();
                }

                break;
            case "to the app that is back":
                // Its absence is a length of time, not an event: what retries make of it is what is compared.
                await Task.Delay(pace.AppAway);
                await app.StartAsync();
                break;
            case "metadata at the end":
                await StreamsAsync(exchange);
                await ArrivedAsync(all: true);
                await WireAsync();
                break;
            case "healthz while the app is unhealthy" when app is GrpcCallApp { Healthy: true } healthy:
                await ArrivedAsync(but: "again");
                healthy.Healthy = false;
                await Eventually.IsAsync(() => Task.FromResult(healthy.UnhealthyProbes > 2));
                break;
            case "to an app that is healthy again" when app is GrpcCallApp unhealthy:
                int before = unhealthy.HealthyProbes;
                unhealthy.Healthy = true;
                await Eventually.IsAsync(() => Task.FromResult(unhealthy.HealthyProbes > before + 2));
                break;
            case "shutdown" when recording.Exchanges[0].App == "health":
                await ArrivedAsync();
                break;
        }
    }

    private async Task<bool> ReadyAsync()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(target.Http, "/v1.0/healthz"));
        if (target.ApiToken is { } token)
        {
            request.Headers.Add("dapr-api-token", token);
        }

        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<IEnumerable<Difference>> CallAsync(CallExchange exchange)
    {
        CallReply? reply = null;
        if (CallScript.ComesWithTime(exchange))
        {
            await Eventually.IsAsync(async () => !CallComparison.Compare(exchange, reply = await SendAsync(exchange), run).Any());
        }

        reply ??= await SendAsync(exchange);
        if (exchange.Code == 0 && reply.Code == 0 && Messages.Knows(exchange.Method) && reply.Messages is [byte[] message])
        {
            KeepETags(exchange.Response, Messages.ResponseJson(exchange.Method, message));
        }

        return CallComparison.Compare(exchange, reply, run);
    }

    private async Task<CallReply> SendAsync(CallExchange exchange)
    {
        JsonNode? request = CallScript.Request(exchange) is { } json ? JsonNode.Parse(Live(json.ToJsonString())) : null;
        TimeSpan? timeout = exchange.TimeoutMs is { } time ? TimeSpan.FromMilliseconds(time) : null;
        // After a shutdown what counts is whether somebody still listens.
        bool afterwards = exchange.Name.StartsWith("after shutdown", StringComparison.Ordinal);
        using CallConnection? fresh = afterwards ? new CallConnection(target.Grpc) : null;
        return await (fresh ?? _calls).CallAsync(
            exchange.Method,
            CallScript.Metadata(exchange, target.ApiToken),
            Messages.Request(exchange.Method, request),
            timeout,
            gzip: exchange.Compression == "gzip");
    }

    private async Task<IEnumerable<Difference>> HttpAsync(CallExchange exchange)
    {
        JsonObject recorded = exchange.Http!;
        string body = Live(recorded["body"]!.GetValue<string>());
        using HttpRequestMessage request = new(
            new HttpMethod(recorded["verb"]!.GetValue<string>()), new Uri(target.Http, Live(recorded["path"]!.GetValue<string>())));
        if (body.Length > 0)
        {
            // Recorded as text, which one of these bytes was not.
            IEnumerable<byte[]> parts = body.Split('\uFFFD').Select(Encoding.UTF8.GetBytes);
            request.Content = new ByteArrayContent(parts.Aggregate((before, after) => [.. before, 0xFF, .. after]));
        }

        foreach ((string name, JsonNode? value) in recorded["headers"]!.AsObject())
        {
            if (!request.Headers.TryAddWithoutValidation(name, value!.GetValue<string>()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value.GetValue<string>());
            }
        }

        using HttpResponseMessage response = await _http.SendAsync(request);
        var headers = ((HttpHeaders[])[response.Headers, response.Content.Headers])
            .SelectMany(group => group.NonValidated)
            .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Answer answer = new((int)response.StatusCode, headers, await response.Content.ReadAsStringAsync());
        return CallScript.CompareHttp(exchange, answer, run);
    }

    private async Task OpenAsync(CallExchange exchange)
    {
        double start = exchange.Stream![0]!["t"]!.GetValue<double>();
        await WaitAsync([.. _streams.Select(one => one.Replay.ReachedAsync(start))]);
        StreamReplay replay = new(exchange, _calls.Open(exchange.Method, exchange.Metadata), Live, run, _gate, pace);
        _streams.Add((replay, replay.RunAsync()));
        // A subscription stands once it has been confirmed.
        int confirmed = exchange.Stream.ToList().FindIndex(step => step!["receive"]?["initialResponse"] is not null);
        if (confirmed >= 0)
        {
            await WaitAsync([replay.ReachedAsync(confirmed + 1)]);
        }
    }

    /// <summary>Waits until the open streams are where they were when this call was made.</summary>
    private async Task StreamsAsync(CallExchange exchange)
    {
        StreamReplay[] open = [.. _streams.Select(one => one.Replay).Where(one => !one.Ended)];
        if (CallScript.WhileStreamsAreOpen(exchange))
        {
            return;
        }

        if (!exchange.Method.EndsWith("/PublishEvent", StringComparison.Ordinal))
        {
            await WaitAsync([.. open.Select(one => one.EndedAsync())]);
            return;
        }

        await WaitAsync([.. open.Select(async one =>
        {
            if (!await one.ReadyForNextAsync(wait: exchange.Code == 0))
            {
                await (CallScript.SilencesLeft(exchange, one.Exchange) is { } left ? one.ReachedSilencesAsync(left) : one.EndedAsync());
            }
        })]);
    }

    private async Task WaitAsync(Task[] streams)
    {
        if (streams.All(one => one.IsCompleted))
        {
            return;
        }

        _gate.Open();
        await Task.WhenAll(streams);
        _gate.Close();
    }

    private async Task WireAsync()
    {
        foreach (WireExchange exchange in recording.Wire)
        {
            Volatile.Write(ref _now, $"wire: {exchange.Name}");
            CallReply reply = await _calls.SendAsync(exchange.Request, pace.NoAnswer);
            _differences.AddRange(WireComparison.Compare(exchange, reply, run));
        }
    }

    /// <summary>Waits until everything expected has come, and then for silence.</summary>
    private async Task ArrivedAsync(string? but = null, bool all = false)
    {
        var expected = DeliveryComparison.Labels(_recorded)
            .ToDictionary(label => label, label => DeliveryComparison.Times(_recorded, label));
        foreach (ListedDifference difference in listed.Where(one => one.What == "times delivered" && !CallScript.OnStream(one.Where)))
        {
            expected[difference.Where] = DeliveryComparison.Times(difference.Actual!);
        }

        await Eventually.IsAsync(() =>
        {
            IReadOnlyList<Event> events = app.Events;
            return Task.FromResult(expected
                .Where(one => !CallScript.Later(one.Key, all) && (but is null || !one.Key.Contains(but, StringComparison.Ordinal)))
                .All(one => DeliveryComparison.Times(events, one.Key) >= one.Value));
        });
        await Eventually.IsAsync(() => Task.FromResult(app.Quiet >= pace.Settled));
    }

    private void KeepETags(JsonNode? recorded, JsonNode? actual)
    {
        switch (recorded, actual)
        {
            case (JsonObject before, JsonObject after):
                foreach ((string name, JsonNode? value) in before)
                {
                    if (name == "etag" && value is JsonValue etag && after[name] is JsonValue other)
                    {
                        _etags[etag.GetValue<string>()] = other.GetValue<string>();
                    }
                    else
                    {
                        KeepETags(value, after[name]);
                    }
                }

                break;
            case (JsonArray before, JsonArray after):
                foreach ((JsonNode? one, JsonNode? other) in before.Zip(after))
                {
                    KeepETags(one, other);
                }

                break;
        }
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
}
