using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Sidecar.Conformance.Recorded;
using Sidecar.Conformance.Running;

namespace Sidecar.Conformance.Calls;

/// <summary>
/// Replays one recorded stream beside the calls. Steps follow the recording; an event that the recording has not at this place
/// is kept and answered as the recording's client answers such an event.
/// </summary>
internal sealed class StreamReplay(
    CallExchange exchange, CallStream stream, Func<string, string> live, string run, Gate gate, ReplayPace pace)
{
    public const string Method = "/dapr.proto.runtime.v1.Dapr/SubscribeTopicEventsAlpha1";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly JsonObject[] _steps = [.. exchange.Stream!.Select(step => step!.AsObject())];
    private readonly Channel<JsonNode> _received = Channel.CreateUnbounded<JsonNode>();
    private readonly Dictionary<string, string> _ids = [];
    private readonly Dictionary<string, int> _times = [];
    private readonly List<Event> _events = [];
    private int _done;
    private int _published;
    private bool _late;

    public CallExchange Exchange => exchange;

    /// <summary>Whether its last step is behind it.</summary>
    public bool Ended => Volatile.Read(ref _done) == _steps.Length;

    /// <summary>Waits for the steps that were recorded up to a time, in seconds.</summary>
    public Task ReachedAsync(double time) => ReachedAsync(_steps.Count(step => At(step) <= time));

    public Task EndedAsync() => ReachedAsync(_steps.Length);

    /// <summary>Waits until no more than so many silences are to come.</summary>
    public Task ReachedSilencesAsync(int left)
    {
        int[] silences = [.. Enumerable.Range(0, _steps.Length).Where(step => _steps[step].ContainsKey("nothingCameFor"))];
        return silences.Length <= left ? Task.CompletedTask : ReachedAsync(silences[silences.Length - left - 1] + 1);
    }

    /// <summary>Waits until the event that is published next can be the next one here; false: none is recorded.</summary>
    public async Task<bool> ReadyForNextAsync(bool wait)
    {
        int[] events = [.. Enumerable.Range(0, _steps.Length).Where(step => _steps[step]["n"]?.GetValue<int>() == 1)];
        if (_published >= events.Length)
        {
            return false;
        }

        int step = events[_published++];
        if (wait)
        {
            await ReachedAsync(step);
        }

        return true;
    }

    public async Task RunAsync()
    {
        Task reading = ReadAsync();
        foreach (JsonObject step in _steps)
        {
            await StepAsync(step);
            Interlocked.Increment(ref _done);
        }

        stream.CloseSend();
        await Task.WhenAny(reading, Task.Delay(Patience));
        while (_received.Reader.TryRead(out JsonNode? more))
        {
            Keep(more);
        }
    }

    /// <summary>The events that were recorded on it.</summary>
    public IEnumerable<Event> Recorded => _steps.Where(step => step.ContainsKey("n"))
        .Select(step => CallEvent.OfStream(exchange.Where, step["receive"]!["eventMessage"]!, "RUN"));

    /// <summary>The events that came, once it has ended.</summary>
    public IReadOnlyList<Event> Events => _events;

    /// <summary>How its end was not as recorded.</summary>
    public IEnumerable<Difference> Differences()
    {
        if (stream.End is not { } end)
        {
            yield return new Difference(exchange.Where, "end", CallComparison.Name(exchange.Code, exchange.Message), "none");
            yield break;
        }

        foreach (Difference difference in CallComparison.Compare(exchange, end, run))
        {
            yield return difference;
        }
    }

    private async Task StepAsync(JsonObject step)
    {
        if (step["send"] is { } message)
        {
            await SendAsync(message.DeepClone());
        }
        else if (step["receive"] is { } expected)
        {
            await ReceiveAsync(expected, step["n"]?.GetValue<int>());
        }
        else if (step["nothingCameFor"] is { } time)
        {
            await gate.Opened;
            await SilenceAsync(Seconds(time.GetValue<string>()) * pace.Silence);
        }
        else if (step.ContainsKey("closeSend"))
        {
            await gate.Opened;
            stream.CloseSend();
        }
        else if (step.ContainsKey("cancelled"))
        {
            await gate.Opened;
            stream.Cancel();
        }
        else
        {
            await WaitAsync(_received.Reader.Completion);
        }
    }

    private async Task SendAsync(JsonNode message)
    {
        if (message["eventProcessed"] is JsonObject answer && _ids.TryGetValue(answer["id"]!.GetValue<string>(), out string? id))
        {
            answer["id"] = id;
        }

        try
        {
            await stream.SendAsync(Messages.Request(Method, JsonNode.Parse(live(message.ToJsonString()))));
        }
        catch (Exception failure)
            when (failure is IOException or HttpRequestException or ObjectDisposedException or OperationCanceledException)
        {
            // The stream has ended before its time; its end tells why.
            _late = true;
        }
    }

    private async Task ReceiveAsync(JsonNode expected, int? times)
    {
        while (await NextAsync() is { } message)
        {
            if (message["eventMessage"] is not { } one)
            {
                return;
            }

            int came = Keep(message);
            if (expected["eventMessage"] is { } recorded && CallEvent.DataOf(recorded) == CallEvent.DataOf(one) && came == times)
            {
                _ids[recorded["id"]!.GetValue<string>()] = one["id"]!.GetValue<string>();
                return;
            }

            await AnswerAsync(one, came);
        }
    }

    private async Task SilenceAsync(double seconds)
    {
        using CancellationTokenSource end = new(TimeSpan.FromSeconds(seconds));
        try
        {
            while (await _received.Reader.WaitToReadAsync(end.Token))
            {
                while (_received.Reader.TryRead(out JsonNode? message))
                {
                    int came = Keep(message);
                    await AnswerAsync(message["eventMessage"]!, came);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Silence to the end.
        }
    }

    /// <summary>As the recording's client does: twice RETRY, an unknown status once, then SUCCESS.</summary>
    private Task AnswerAsync(JsonNode message, int came)
    {
        JsonNode? status = CallEvent.DataOf(message) switch
        {
            """{"a":"retry to dead"}""" => "RETRY",
            """{"a":"retry"}""" when came <= 2 => "RETRY",
            """{"a":"odd"}""" when came == 1 => 99,
            """{"a":"drop"}""" or """{"a":"drop to dead"}""" => "DROP",
            _ => null,
        };
        JsonObject answer = new()
        {
            ["id"] = message["id"]!.DeepClone(),
            ["status"] = status is null ? [] : new JsonObject { ["status"] = status },
        };
        return SendAsync(new JsonObject { ["eventProcessed"] = answer });
    }

    /// <summary>Keeps an event; how often it has come, this time included.</summary>
    private int Keep(JsonNode message)
    {
        if (message["eventMessage"] is not { } one)
        {
            return 0;
        }

        _events.Add(CallEvent.OfStream(exchange.Where, one, run));
        string id = one["id"]?.GetValue<string>() ?? "";
        return _times[id] = _times.GetValueOrDefault(id) + 1;
    }

    private async Task ReadAsync()
    {
        while (await stream.ReceiveAsync() is { } message)
        {
            await _received.Writer.WriteAsync(Messages.ResponseJson(Method, message));
        }

        _received.Writer.Complete();
    }

    private async Task<JsonNode?> NextAsync()
    {
        Task<bool> more = _received.Reader.WaitToReadAsync().AsTask();
        await WaitAsync(more);
        return more.IsCompletedSuccessfully && await more && _received.Reader.TryRead(out JsonNode? message) ? message : null;
    }

    /// <summary>Waits with patience; after a first disappointment with less.</summary>
    private async Task WaitAsync(Task task) => _late |= await Task.WhenAny(task, Task.Delay(_late ? Patience / 10 : Patience)) != task;

    /// <summary>Waits until so many steps are done.</summary>
    public Task ReachedAsync(int step) => Eventually.IsAsync(() => Task.FromResult(Volatile.Read(ref _done) >= step));

    private static double At(JsonObject step) => step["t"]!.GetValue<double>();

    private static double Seconds(string text) => text.EndsWith("ms", StringComparison.Ordinal)
        ? double.Parse(text[..^2], CultureInfo.InvariantCulture) / 1000
        : double.Parse(text[..^1], CultureInfo.InvariantCulture);
}
