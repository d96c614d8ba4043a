using System.Collections.Concurrent;
using System.Net;

namespace JobOrchestrator.Sdk.Tests.Fakes;

/// <summary>The way to the orchestrator: counts what goes over it and fails as told.</summary>
internal sealed class Faults(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private readonly ConcurrentQueue<(string? Path, Func<HttpResponseMessage> Make)> _answers = new();
    private int _lostAnswers;

    /// <summary>"POST /jobs" and so on, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public ConcurrentQueue<string> IdempotencyKeys { get; } = new();

    /// <summary>While true, nothing gets through.</summary>
    public bool IsDown { get; set; }

    /// <summary>Requests whose body is so get no answer, and never arrive.</summary>
    public Predicate<string> Swallows { get; set; } = _ => false;

    /// <summary>The next request, or the next to a path, is answered so, and does not get through.</summary>
    public void AnswerNext(
        HttpStatusCode status,
        TimeSpan? retryAfter = null,
        string? body = null,
        string? charset = null,
        string type = "application/json",
        string? path = null,
        Func<HttpContent>? content = null) => _answers.Enqueue((path, () =>
    {
        var response = new HttpResponseMessage(status);
        if (retryAfter is { } delay)
        {
            response.Headers.RetryAfter = new(delay);
        }

        if (content is not null)
        {
            response.Content = content();
        }
        else if (body is not null)
        {
            response.Content = new StringContent(body, null, type);
            response.Content.Headers.ContentType!.CharSet = charset ?? response.Content.Headers.ContentType.CharSet;
        }

        return response;
    }
    ));

    /// <summary>The next request gets through, but its answer does not.</summary>
    public void LoseNextAnswer() => Interlocked.Increment(ref _lostAnswers);

    public int Count(string request) => Requests.Count(made => made == request);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Enqueue($"{request.Method} {request.RequestUri!.AbsolutePath}");
        if (request.Headers.TryGetValues("Idempotency-Key", out IEnumerable<string>? keys))
        {
            IdempotencyKeys.Enqueue(keys.Single());
        }

        if (IsDown)
        {
            throw new HttpRequestException("Connection refused");
        }

        if (request.Content is { } content && Swallows(await content.ReadAsStringAsync(cancellationToken)))
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        if (_answers.TryPeek(out (string? Path, Func<HttpResponseMessage> Make) answer)
            && (answer.Path is null || answer.Path == request.RequestUri.AbsolutePath)
            && _answers.TryDequeue(out answer))
        {
            return answer.Make();
        }

        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        if (Interlocked.Decrement(ref _lostAnswers) >= 0)
        {
            response.Dispose();
            throw new HttpRequestException("Connection reset");
        }

        Interlocked.Increment(ref _lostAnswers);
        return response;
    }
}
