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

    public static async Task<IReadOnlyList<Figure>> RunAsync(Suite suite, double warm, double seconds)
    {
        var figures = new List<Figure>();
        using var http =
            new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{suite.HttpPort}") };
        using var channel = GrpcChannel.ForAddress(
            $"http://127.0.0.1:{suite.GrpcPort}", new GrpcChannelOptions { MaxReceiveMessageSize = null, MaxSendMessageSize = null });
        var grpc = new Dapr.Client.Autogen.Grpc.v1.Dapr.DaprClient(channel);
        bool hasGrpc = await HasGrpcAsync(grpc);
        foreach (int size in Sizes)
        {
            figures.AddRange(await MeasureAsync(suite, $"commit{size} http", size, warm, seconds, () => ByHttpAsync(http, size)));
            if (hasGrpc)
            {
                figures.AddRange(await MeasureAsync(suite, $"commit{size} grpc", size, warm, seconds, () => ByGrpcAsync(grpc, size)));
            }
        }

        return figures;
    }

    private static async Task<IReadOnlyList<Figure>> MeasureAsync(
        Suite suite, string scenario, int size, double warm, double seconds, Func<Task> call)
    {
        await RepeatAsync(call, warm);
        suite.Sidecar.Refresh();
        using var self = Process.GetCurrentProcess();
        TimeSpan sidecar = suite.Sidecar.TotalProcessorTime;
        TimeSpan caller = self.TotalProcessorTime;
        double[] microseconds = await RepeatAsync(call, seconds);
        suite.Sidecar.Refresh();
        self.Refresh();
        double calls = microseconds.Length;
        return
        [
            new Figure(scenario, "caller CPU µs", (self.TotalProcessorTime - caller).TotalMicroseconds / calls),
            new Figure(scenario, "sidecar CPU µs", (suite.Sidecar.TotalProcessorTime - sidecar).TotalMicroseconds / calls),
            new Figure(scenario, "p50 µs", Summary.Percentile(microseconds, 0.5)),
            new Figure(scenario, "p99 µs", Summary.Percentile(microseconds, 0.99)),
            new Figure(scenario, "documents/s", calls * size / microseconds.Sum() * 1e6),
        ];
    }

    private static async Task<double[]> RepeatAsync(Func<Task> call, double seconds)
    {
        var times = new List<double>();
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
        {
            long sent = Stopwatch.GetTimestamp();
            await call();
            times.Add(Stopwatch.GetElapsedTime(sent).TotalMicroseconds);
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

    private static async Task<bool> HasGrpcAsync(Dapr.Client.Autogen.Grpc.v1.Dapr.DaprClient grpc)
    {
        try
        {
            await grpc.GetMetadataAsync(new GetMetadataRequest());
            return true;
        }
        catch (Grpc.Core.RpcException)
        {
            return false;
        }
    }
}
