using System.Diagnostics;
using System.Text.Json;

namespace Load;

/// <summary>Waits until the broker has every event: they are published after their jobs' callers are answered.</summary>
internal static class Published
{
    private const int SecondsMax = 120;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);

    /// <exception cref="InvalidOperationException">Some were not.</exception>
    public static async Task WaitAsync(int port)
    {
        string address = $"http://127.0.0.1:{Ports.Text(port)}/audit";
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < SecondsMax)
        {
            using var audit = JsonDocument.Parse(await client.GetStringAsync(address));
            if (audit.RootElement.GetProperty("missing").GetArrayLength() == 0
                && audit.RootElement.GetProperty("shards").EnumerateArray().All(IsAllOut))
            {
                return;
            }

            await Task.Delay(Between);
        }

        throw new InvalidOperationException($"Not every event was published within {SecondsMax} s.");
    }

    private static bool IsAllOut(JsonElement shard) => shard.GetProperty("events").GetInt64() == shard.GetProperty("published").GetInt64();
}
