using System.Text.Json.Nodes;
using Sidecar.Conformance.Recorded;

namespace Sidecar.Conformance.Calls;

/// <summary>The recordings' app of protocol grpc: AppCallback, and a service of its own to be proxied to.</summary>
/// <param name="port">Where it listens.</param>
/// <param name="run">Stands for RUN.</param>
/// <param name="subscriptions">What it answers when asked for its subscriptions, as recorded.</param>
internal sealed class GrpcCallApp(int port, string run, JsonNode subscriptions) : ICallApp
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);

    private readonly Arrivals _arrivals = new();
    private CallListener? _listener;
    private int _unhealthyProbes;
    private int _healthyProbes;

    public IReadOnlyList<Event> Events => _arrivals.Events;

    public TimeSpan Quiet => _arrivals.Quiet;

    /// <summary>What it says when its health is asked for.</summary>
    public bool Healthy { get; set; } = true;

    /// <summary>How often it has said that it is not healthy.</summary>
    public int UnhealthyProbes => Volatile.Read(ref _unhealthyProbes);

    /// <summary>How often it has said that it is healthy.</summary>
    public int HealthyProbes => Volatile.Read(ref _healthyProbes);

    public async Task StartAsync()
    {
        _listener = new CallListener(port, AnswerAsync);
        await _listener.StartAsync();
    }

    public async Task StopAsync()
    {
        if (_listener is not null)
        {
            await _listener.StopAsync();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task AnswerAsync(IncomingCall call)
    {
        byte[]? message = await call.ReadAsync();
        if (message is null || !Messages.Knows(call.Method))
        {
            call.End(12, $"unknown method {call.Method}");
            return;
        }

        JsonNode request = Messages.RequestJson(call.Method, message);
        AppAnswer answer = Answer(call.Method, request);
        double? deadline = call.Metadata.ContainsKey("grpc-timeout") ? 0 : null;
        CallDelivery delivery = new("grpc", call.Method, null, Metadata(call), null, request, null, answer.ToJson(), deadline);
        _arrivals.Add(CallEvent.Of(delivery, run));
        if (answer.Late)
        {
            await call.DelayAsync(Slow);
        }

        await SendAsync(call, answer);
    }

    private static async Task SendAsync(IncomingCall call, AppAnswer answer)
    {
        foreach ((string name, string value) in answer.Headers)
        {
            call.Header(name, value);
        }

        if (answer.Message is { } message)
        {
            await call.WriteAsync(Messages.Response(call.Method, message));
        }
        else if (answer.Headers.Count > 0)
        {
            await call.StartAsync();
        }

        call.End(answer.Code, answer.Text, answer.Details, answer.Trailers);
    }

    private AppAnswer Answer(string method, JsonNode request)
    {
        string name = method[(method.LastIndexOf('/') + 1)..];
        switch (name)
        {
            case "ListTopicSubscriptions":
                return AppAnswer.Ok(JsonNode.Parse(subscriptions.ToJsonString().Replace("RUN", run, StringComparison.Ordinal))!);
            case "HealthCheck":
                if (Healthy)
                {
                    Interlocked.Increment(ref _healthyProbes);
                    return AppAnswer.Ok(new JsonObject());
                }

                Interlocked.Increment(ref _unhealthyProbes);
                return AppAnswer.Failed(14, "not healthy");
            case "OnTopicEvent":
                string topic = Topic(request);
                return AppAnswer.OfTopic(topic, _arrivals.Attempt($"{topic} {request["id"]}"));
            case "OnBulkTopicEvent" or "OnBulkTopicEventAlpha1":
                return AppAnswer.OfBulk(Topic(request), name, request);
            case "OnInvoke":
                return AppAnswer.OfInvocation(request);
            default:
                return AppAnswer.OfEcho(method, request.GetValue<string>());
        }
    }

    private string Topic(JsonNode request) => request["topic"]?.GetValue<string>().Replace($"-{run}", "", StringComparison.Ordinal) ?? "";

    private static JsonObject Metadata(IncomingCall call)
    {
        JsonObject metadata = new() { [":authority"] = call.Context.Request.Host.Value };
        foreach ((string name, string[] values) in call.Metadata)
        {
            metadata[name] = values.Length == 1 ? values[0] : new JsonArray([.. values.Select(value => JsonValue.Create(value))]);
        }

        return metadata;
    }
}
