using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Grpc.Net.Client;

namespace Load;

/// <summary>The call that is a commit, alone: one caller sends transactions of so many documents of 600 bytes to the sidecar.</summary>
internal static class CommitCall
{
    private const string Store = "jobs";

    private static readonly int[] Sizes = [1, 20, 100, 1_000];
    private static readonly string Text = new('x', 580);

    public static async Task RunAsync(Measuring measuring)
    {
        Suite suite = measuring.Suite;
        var address = new Uri($"http://127.0.0.1:{Ports.Text(suite.SidecarHttpPort)}");
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };
        using var channel = GrpcChannel.ForAddress(
            $"http://127.0.0.1:{Ports.Text(suite.SidecarGrpcPort)}",
            new GrpcChannelOptions { MaxReceiveMessageSize = null, MaxSendMessageSize = null });
        var grpc = new Dapr.Client.Autogen.Grpc.v1.Dapr.DaprClient(channel);
        foreach (int size in Sizes)
        {
            await MeasureAsync(measuring, "http", size, () => ByHttpAsync(http, size));
            await MeasureAsync(measuring, "grpc", size, () => ByGrpcAsync(grpc, size));
        }
    }

    private static async Task MeasureAsync(Measuring measuring, string way, int size, Func<Task> call)
    {
        Options options = measuring.Options;
        await RepeatAsync(call, options.Warm / 4);
        using var self = Process.GetCurrentProcess();
        Usage before = await measuring.Suite.Sidecar.UsageAsync();
        TimeSpan caller = self.TotalProcessorTime;
        double[] milliseconds = await RepeatAsync(call, options.Seconds / 2);
        self.Refresh();
        double calls = milliseconds.Length;
        Usage used = (await measuring.Suite.Sidecar.UsageAsync()).Since(before);
        string of = string.Create(CultureInfo.InvariantCulture, $"{way}{size}");
        measuring.Note($"{of}.caller", (self.TotalProcessorTime - caller).TotalMicroseconds / calls);
        measuring.Note($"{of}.cpu", used.Cpu.TotalMicroseconds / calls);
        measuring.Note($"{of}.allocated", used.Allocated / calls);
        measuring.Note($"{of}.p50", Summary.Percentile(milliseconds, 0.5));
        measuring.Note($"{of}.p99", Summary.Percentile(milliseconds, 0.99));
        measuring.Note($"{of}.documents", calls * size / milliseconds.Sum() * 1e3);
    }

    private static async Task<double[]> RepeatAsync(Func<Task> call, double seconds)
    {
        var times = new List<double>();
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
        {
            long sent = Stopwatch.GetTimestamp();
            await call();
            times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
        }

        times.Sort();
        return [.. times];
    }

    private static async Task ByHttpAsync(HttpClient http, int size)
    {
        var body = new ArrayBufferWriter<byte>(size * 700);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteStartArray("operations");
            for (int i = 0; i < size; i++)
            {
                json.WriteStartObject();
                json.WriteString("operation", "upsert");
                json.WriteStartObject("request");
                json.WriteString("key", Key(i));
                json.WriteStartObject("value");
                json.WriteString("text", Text);
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        var content =
            new ReadOnlyMemoryContent(body.WrittenMemory) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using HttpResponseMessage answer = await http.PostAsync($"/v1.0/state/{Store}/transaction", content);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task ByGrpcAsync(Dapr.Client.Autogen.Grpc.v1.Dapr.DaprClient grpc, int size)
    {
        var request = new ExecuteStateTransactionRequest { StoreName = Store };
        for (int i = 0; i < size; i++)
        {
            request.Operations.Add(new TransactionalStateOperation
            {
                OperationType = "upsert",
                Request = new StateItem { Key = Key(i), Value = UnsafeByteOperations.UnsafeWrap(Document()) },
            });
        }

        await grpc.ExecuteStateTransactionAsync(request);
    }

    private static byte[] Document() => Encoding.UTF8.GetBytes($$"""{"text":"{{Text}}"}""");

    private static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"commit-call-{number}");
}
