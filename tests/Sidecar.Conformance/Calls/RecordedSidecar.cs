using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sidecar.Conformance.Running;

namespace Sidecar.Conformance.Calls;

/// <summary>A sidecar that is none: answers and delivers what a recording says, so that the replay itself can be tested.</summary>
internal sealed class RecordedSidecar : IAsyncDisposable
{
    private static readonly string[] Connection = [":authority", "user-agent", "grpc-accept-encoding", "content-type"];

    private readonly CallRecording _recording;
    private readonly Uri _appAddress;
    private readonly string _run;
    private readonly CallListener _calls;
    private readonly WebApplication _http;
    private readonly List<CallExchange> _left;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _delivering;
    private int _published;

    public RecordedSidecar(CallRecording recording, int appPort, string run)
    {
        int[] ports = Ports.Free(2);
        _recording = recording;
        _left = [.. recording.Exchanges];
        _appAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{appPort}"));
        _run = run;
        Target = new CallTarget(Address(ports[0]), Address(ports[1]), null);
        _calls = new CallListener(ports[1], AnswerAsync);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Target.Http.ToString());
        _http = builder.Build();
        _http.Run(AnswerHttpAsync);
        _delivering = DeliverAsync();
    }

    public CallTarget Target { get; }

    public async Task StartAsync()
    {
        await _calls.StartAsync();
        await _http.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _delivering;
        await _calls.DisposeAsync();
        await _http.DisposeAsync();
        _stop.Dispose();
    }

    private static Uri Address(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));

    private async Task AnswerAsync(IncomingCall call)
    {
        if (_recording.Wire.FirstOrDefault(wire => IsOf(wire, call)) is { } raw)
        {
            await AnswerRawAsync(call, raw);
            return;
        }

        if (call.Method == StreamReplay.Method && Take(one => one.Method == call.Method) is { } stream)
        {
            await PlayAsync(call, stream);
            return;
        }

        byte[] message = await call.ReadAsync() ?? [];
        CallExchange? exchange = Take(one => one.Method == call.Method && one.Note is null && Same(one, call, message))
            ?? Take(one => one.Method == call.Method && one.Note is not null);
        if (exchange is null)
        {
            // Documents that are saved for a large answer are not in the recording.
            bool unrecorded = call.Method.EndsWith("/SaveState", StringComparison.Ordinal);
            exchange = new CallExchange
            {
                Name = "",
                App = "",
                Method = call.Method,
                Code = unrecorded ? 0 : 12,
                Message = unrecorded ? null : "not in the recording",
                Response = new JsonObject(),
            };
        }

        if (exchange.Method.EndsWith("/PublishEvent", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _published);
        }

        await SendAsync(call, exchange);
    }

    private static async Task SendAsync(IncomingCall call, CallExchange exchange)
    {
        if (!exchange.TrailersOnly)
        {
            Headers(call, exchange.Headers ?? new JsonObject { ["grpc-trace-bin"] = "AAAAAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAgA=" });
            await call.StartAsync();
            if (exchange.Code == 0)
            {
                await call.WriteAsync(Messages.Response(call.Method, exchange.Response));
            }
        }

        call.End(exchange.Code, exchange.Message ?? "", exchange.Details, exchange.Trailers);
    }

    private async Task PlayAsync(IncomingCall call, CallExchange exchange)
    {
        int before = Volatile.Read(ref _published);
        int events = 0;
        if (exchange.Headers is not null)
        {
            Headers(call, exchange.Headers);
            await call.StartAsync();
        }

        foreach (JsonNode? step in exchange.Stream!)
        {
            if (step!["send"] is not null)
            {
                await call.ReadAsync();
            }
            else if (step["receive"] is { } message)
            {
                // What was published goes out, no sooner.
                int wanted = before + (step["n"]?.GetValue<int>() == 1 ? ++events : 0);
                await Eventually.IsAsync(() => Task.FromResult(Volatile.Read(ref _published) >= wanted));
                await call.WriteAsync(Messages.Response(call.Method, Live(message)));
            }
            else if (step["closeSend"] is not null || step["cancelled"] is not null)
            {
                await call.ReadAsync();
            }
        }

        if (exchange.Headers is null && !exchange.TrailersOnly)
        {
            Headers(call, new JsonObject { ["grpc-trace-bin"] = "AAAAAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAgA=" });
            await call.StartAsync();
        }

        call.End(exchange.Code, exchange.Message ?? "", exchange.Details);
    }

    private static async Task AnswerRawAsync(IncomingCall call, WireExchange exchange)
    {
        if (exchange.Response is not { } recorded)
        {
            // Never answered.
            await call.DelayAsync(Timeout.InfiniteTimeSpan);
            return;
        }

        call.Context.Response.StatusCode = recorded.HttpStatus;
        Headers(call, recorded.Headers);
        if (!recorded.TrailersOnly)
        {
            await call.StartAsync();
            await call.Context.Response.Body.WriteAsync(Convert.FromBase64String(recorded.Base64));
            foreach ((string name, JsonNode? value) in recorded.Trailers)
            {
                call.Context.Response.AppendTrailer(name, value!.GetValue<string>());
            }
        }
    }

    /// <summary>Whether this is a raw request of the recording: those are told by a mark that the test puts on them.</summary>
    private static bool IsOf(WireExchange wire, IncomingCall call) => call.Context.Request.Headers["x-wire"] == wire.Name;

    private async Task AnswerHttpAsync(HttpContext context)
    {
        string path = context.Request.Path + context.Request.QueryString;
        CallExchange? exchange = Take(one => one.Http is { } http
            && http["verb"]!.GetValue<string>() == context.Request.Method && Live(http["path"]!.GetValue<string>()) == path);
        JsonObject? response = exchange?.Response?.AsObject();
        context.Response.StatusCode = response?["status"]!.GetValue<int>() ?? 204;
        foreach ((string name, JsonNode? value) in response?["headers"]!.AsObject() ?? [])
        {
            if (name != "Content-Length")
            {
                context.Response.Headers[name] = value!.GetValue<string>();
            }
        }

        if (CallEvent.Text(response?["body"]) is { Length: > 0 } text)
        {
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text));
        }
    }

    private async Task DeliverAsync()
    {
        using CallConnection app = new(_appAddress);
        using HttpClient http = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });
        http.BaseAddress = _appAddress;
        try
        {
            bool probes = _recording.Exchanges[0].App == "health";
            await UpAsync();
            foreach (CallDelivery delivery in _recording.Deliveries)
            {
                await (delivery.Method is null ? PostAsync(http, delivery) : CallAsync(app, delivery));
            }

            while (probes)
            {
                await app.CallAsync("/dapr.proto.runtime.v1.AppCallbackHealthCheck/HealthCheck", null, [], TimeSpan.FromSeconds(1));
                await Task.Delay(TimeSpan.FromMilliseconds(10), _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped meanwhile.
        }
    }

    private async Task UpAsync()
    {
        while (true)
        {
            using System.Net.Sockets.TcpClient probe = new();
            try
            {
                await probe.ConnectAsync(_appAddress.Host, _appAddress.Port, _stop.Token);
                return;
            }
            catch (System.Net.Sockets.SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), _stop.Token);
            }
        }
    }

    private Task CallAsync(CallConnection app, CallDelivery delivery)
    {
        JsonObject metadata = new((delivery.Metadata ?? [])
            .Where(header => !Connection.Contains(header.Key))
            .Select(header => KeyValuePair.Create(header.Key, header.Value?.DeepClone())));
        // Set here, the type of a proxied call comes to the app as it was.
        metadata["content-type"] = delivery.Metadata?["content-type"]?.DeepClone();
        return app.CallAsync(
            delivery.Method!, metadata, Messages.Request(delivery.Method!, Live(delivery.Request!)),
            delivery.DeadlineSeconds is null ? null : TimeSpan.FromSeconds(Math.Max(delivery.DeadlineSeconds.Value, 1)));
    }

    private async Task PostAsync(HttpClient http, CallDelivery delivery)
    {
        if (delivery.Headers is null)
        {
            using CancellationTokenSource impatience = new(TimeSpan.FromMilliseconds(100));
            try
            {
                await http.GetAsync(new Uri("/slow", UriKind.Relative), impatience.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }

        string body = CallEvent.Text(delivery.Body is JsonValue ? delivery.Body : Live(delivery.Body!));
        HttpMethod verb = body.Length == 0 ? HttpMethod.Get : HttpMethod.Post;
        using HttpRequestMessage request = new(verb, new Uri(delivery.Route!, UriKind.Relative));
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        }

        foreach ((string name, JsonNode? value) in delivery.Headers!)
        {
            if (name is not ("Host" or "Content-Length") && !request.Headers.TryAddWithoutValidation(name, value!.GetValue<string>()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value.GetValue<string>());
            }
        }

        using HttpResponseMessage response = await http.SendAsync(request, _stop.Token);
    }

    private bool Same(CallExchange exchange, IncomingCall call, byte[] message)
    {
        string? token = exchange.Metadata?["dapr-api-token"] is JsonValue value ? value.GetValue<string>() : null;
        if (token != call.Metadata.GetValueOrDefault("dapr-api-token")?[0])
        {
            return false;
        }

        byte[] recorded = Messages.Request(exchange.Method, CallScript.Request(exchange) is { } request ? Live(request) : null);
        return Messages.Knows(exchange.Method)
            ? JsonNode.DeepEquals(Messages.RequestJson(exchange.Method, recorded), Messages.RequestJson(exchange.Method, message))
            : recorded.AsSpan().SequenceEqual(message);
    }

    private CallExchange? Take(Predicate<CallExchange> match)
    {
        lock (_left)
        {
            int index = _left.FindIndex(match);
            if (index < 0)
            {
                return null;
            }

            CallExchange exchange = _left[index];
            _left.RemoveAt(index);
            return exchange;
        }
    }

    private static void Headers(IncomingCall call, JsonObject headers)
    {
        foreach ((string name, JsonNode? value) in headers)
        {
            string[] values = value is JsonArray several
                ? [.. several.Select(one => one!.GetValue<string>())]
                : [value!.GetValue<string>()];
            call.Header(name, values);
        }
    }

    private string Live(string text) => text.Replace("RUN", _run, StringComparison.Ordinal);

    private JsonNode Live(JsonNode node) => JsonNode.Parse(Live(node.ToJsonString()))!;
}
