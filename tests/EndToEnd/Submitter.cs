using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TestSupport;

namespace EndToEnd;

/// <summary>A caller who does not give up: a submission without an answer is repeated under the same idempotency key.</summary>
internal sealed class Submitter(HttpClient jobs)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly ConcurrentDictionary<string, string> _acceptedByKey = new();
    private int _nextKey;
    private int _repeated;

    /// <summary>The ids of the jobs that were accepted.</summary>
    public ICollection<string> Accepted => _acceptedByKey.Values;

    /// <summary>How many submissions had no answer, or one that asked to come again, and were repeated.</summary>
    public int Repeated => Volatile.Read(ref _repeated);

    /// <summary>Submits jobs of type simulate, eight at a time, until all are accepted.</summary>
    public Task SubmitAsync(int count) => Parallel.ForAsync(
        0, count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, cancellationToken) =>
        {
            string key = $"e2e-{Interlocked.Increment(ref _nextKey)}";
            while (true)
            {
                if (await TrySubmitAsync(key, cancellationToken) is { } jobId)
                {
                    _acceptedByKey[key] = jobId;
                    return;
                }

                Interlocked.Increment(ref _repeated);
                await Task.Delay(Pause, cancellationToken);
            }
        });

    /// <summary>Waits until so many jobs are accepted in all.</summary>
    public Task AcceptedAtLeastAsync(int count) =>
        Eventually.TrueAsync(() => _acceptedByKey.Count >= count, $"{count} jobs accepted", TimeSpan.FromSeconds(60));

    private async Task<string?> TrySubmitAsync(string key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs")
        {
            // Long enough that many are being worked when the processes die; a short lease, so that those are tried again soon.
            Content = JsonContent.Create(new
            {
                owner = "microservice-x",
                type = "simulate",
                input = new { minSeconds = 0.05, maxSeconds = 3, steps = 2 },
                leaseSeconds = 5,
            }),
            Headers = { { "Idempotency-Key", key } },
        };
        try
        {
            using HttpResponseMessage answer = await jobs.SendAsync(request, cancellationToken);
            if (answer.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.TooManyRequests)
            {
                return null;
            }

            string body = await answer.Content.ReadAsStringAsync(cancellationToken);
            Assert.True(answer.StatusCode == HttpStatusCode.Accepted, $"{(int)answer.StatusCode}: {body}");
            return JsonNode.Parse(body)!["id"]!.GetValue<string>();
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            // The process died under the request: nobody knows whether the job exists, so the same key goes again.
            return null;
        }
    }
}
