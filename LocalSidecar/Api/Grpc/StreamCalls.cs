using Dapr.Client.Autogen.Grpc.v1;
using Grpc.Core;
using LocalSidecar.Errors;
using LocalSidecar.PubSub;

namespace LocalSidecar.Api.Grpc;

/// <summary>Streams by which an app takes messages: what it sends and what it is sent go side by side.</summary>
internal sealed class StreamCalls(AppTopics topics, TimeProvider time, ILogger logger)
{
    /// <summary>One stream, from its first message to its end.</summary>
    /// <exception cref="RpcException">Always: there is no end that daprd calls a good one.</exception>
    public async Task SubscribeAsync(
        IAsyncStreamReader<SubscribeTopicEventsRequestAlpha1> requests,
        IServerStreamWriter<SubscribeTopicEventsResponseAlpha1> responses,
        ServerCallContext call)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, topics.Streams.Stopping);
        try
        {
            EventStream stream = await OpenAsync(requests, ending.Token);
            Task taking = stream.RunAsync(ending.Token);
            Task sending = SendAsync(stream, responses, ending);
            try
            {
                await ReadAsync(requests, stream, ending.Token);
            }
            finally
            {
                // What was answered counts: the call is over only when that is written down.
                await ending.CancelAsync();
                await taking;
                await sending;
            }
        }
        catch (FailureException refusal)
        {
            throw RpcFailure.Of(refusal.Failure);
        }
        catch (IOException problem)
        {
            throw new RpcException(new Status(StatusCode.Internal, $"the subscription could not be stored: {problem.Message}"));
        }
        catch (OperationCanceledException)
        {
            throw new RpcException(
                topics.Streams.Stopping.IsCancellationRequested ? new Status(StatusCode.Unavailable, "the sidecar stops")
                : call.CancellationToken.IsCancellationRequested ? new Status(StatusCode.Cancelled, "context canceled")
                : new Status(StatusCode.Unavailable, "the stream is over; open another"));
        }
    }

    private async Task<EventStream> OpenAsync(
        IAsyncStreamReader<SubscribeTopicEventsRequestAlpha1> requests, CancellationToken cancellationToken)
    {
        if (!await requests.MoveNext(cancellationToken))
        {
            throw Unknown("EOF");
        }

        if (requests.Current.InitialRequest is not { } initial)
        {
            throw Unknown("initial request is required");
        }

        if (initial.PubsubName.Length == 0)
        {
            throw Unknown("pubsubName is required");
        }

        return initial.Topic.Length > 0
            ? await EventStream.OpenAsync(
                topics, initial.PubsubName, initial.Topic, initial.DeadLetterTopic, initial.Metadata, time, logger)
            : throw Unknown("topic is required");
    }

    private static async Task ReadAsync(
        IAsyncStreamReader<SubscribeTopicEventsRequestAlpha1> requests, EventStream stream, CancellationToken cancellationToken)
    {
        while (await requests.MoveNext(cancellationToken))
        {
            if (requests.Current.InitialRequest is not null)
            {
                throw Unknown("duplicate initial request received");
            }

            if (requests.Current.EventProcessed is { } processed)
            {
                stream.Answer(processed.Id, processed.Status?.Status ?? default);
            }
        }

        // The app said that it will answer nothing more: what it has not answered goes to another stream.
        throw Unknown("EOF");
    }

    private static async Task SendAsync(
        EventStream stream, IServerStreamWriter<SubscribeTopicEventsResponseAlpha1> responses, CancellationTokenSource ending)
    {
        try
        {
            await responses.WriteAsync(
                new SubscribeTopicEventsResponseAlpha1 { InitialResponse = new SubscribeTopicEventsResponseInitialAlpha1() },
                ending.Token);
            await foreach (Dapr.AppCallback.Autogen.Grpc.v1.TopicEventRequest message in stream.ReadEventsAsync(ending.Token))
            {
                await responses.WriteAsync(new SubscribeTopicEventsResponseAlpha1 { EventMessage = message }, ending.Token);
            }

            // The stream has ended by itself: its subscription was given up.
            await ending.CancelAsync();
        }
        catch (Exception problem) when (problem is OperationCanceledException or IOException or InvalidOperationException)
        {
            // Nobody is there to be sent anything.
            await ending.CancelAsync();
        }
    }

    private static RpcException Unknown(string text) => new(new Status(StatusCode.Unknown, text));
}
