using System.Diagnostics;

namespace Load;

/// <summary>Waits until a service says that it is ready.</summary>
internal static class Readiness
{
    private const int SecondsMax = 120;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(10);

    /// <summary>How long it took.</summary>
    /// <exception cref="InvalidOperationException">It did not become ready.</exception>
    public static async Task<TimeSpan> WaitAsync(int port, string path)
    {
        string address = $"http://127.0.0.1:{Ports.Text(port)}{path}";
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < SecondsMax)
        {
            try
            {
                using HttpResponseMessage answer = await client.GetAsync(address);
                if (answer.IsSuccessStatusCode)
                {
                    return Stopwatch.GetElapsedTime(started);
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(Between);
        }

        throw new InvalidOperationException($"{address} was not ready after {SecondsMax} s.");
    }
}
