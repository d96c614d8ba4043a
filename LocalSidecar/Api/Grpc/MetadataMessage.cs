using Dapr.Client.Autogen.Grpc.v1;
using LocalSidecar.CommandLine;
using LocalSidecar.Metadata;
using LocalSidecar.Resources;

namespace LocalSidecar.Api.Grpc;

/// <summary>What a sidecar tells about itself, as a message.</summary>
internal static class MetadataMessage
{
    public static GetMetadataResponse Of(Sidecar sidecar)
    {
        SidecarMetadata metadata = sidecar.Metadata;
        var response = new GetMetadataResponse
        {
            Id = metadata.Id,
            RuntimeVersion = SidecarMetadata.RuntimeVersion,
            ActorRuntime = new ActorRuntime(),
            Workflows = new MetadataWorkflows(),
        };
        if (sidecar.App.IsReady)
        {
            response.ActorRuntime.RuntimeStatus = ActorRuntime.Types.ActorRuntimeStatus.Disabled;
            response.ActorRuntime.Placement = "placement: disconnected";
        }

        if (metadata.Connection is { } app)
        {
            response.AppConnectionProperties = new AppConnectionProperties
            {
                Port = app.Port,
                Protocol = app.Protocol == AppProtocol.Grpc ? "grpc" : "http",
                ChannelAddress = app.Address,
                MaxConcurrency = app.MaxConcurrency ?? 0,
            };
            if (app.HealthCheck is { } check)
            {
                response.AppConnectionProperties.Health = new AppConnectionHealthProperties
                {
                    HealthProbeInterval = GoDuration.Text(check.Interval),
                    HealthProbeTimeout = GoDuration.Text(check.Timeout),
                    HealthThreshold = check.Threshold,
                };
            }
        }

        response.ExtendedMetadata.Add(new Dictionary<string, string>(metadata.Extended()));
        response.RegisteredComponents.Add(metadata.Components.Select(Component));
        response.Subscriptions.Add(metadata.Subscriptions.Select(Subscription));
        response.Resiliencies.Add(metadata.Resiliencies.Select(static resiliency => new MetadataResiliency { Name = resiliency.Name }));
        return response;
    }

    private static RegisteredComponents Component(Component component)
    {
        var message = new RegisteredComponents { Name = component.Name, Type = component.Type, Version = component.Version };
        message.Capabilities.Add(SidecarMetadata.CapabilitiesOf(component));
        return message;
    }

    private static PubsubSubscription Subscription(SubscriptionDeclaration subscription)
    {
        var message = new PubsubSubscription
        {
            PubsubName = subscription.PubSub,
            Topic = subscription.Topic,
            Rules = new PubsubSubscriptionRules(),
            DeadLetterTopic = subscription.DeadLetterTopic,
            Type = subscription.Kind switch
            {
                SubscriptionKind.Declarative => PubsubSubscriptionType.Declarative,
                SubscriptionKind.Programmatic => PubsubSubscriptionType.Programmatic,
                SubscriptionKind.Streaming => PubsubSubscriptionType.Streaming,
            },
        };
        message.Metadata.Add(new Dictionary<string, string>(subscription.Metadata));
        message.Rules.Rules.Add(
            subscription.Rules.Select(static rule => new PubsubSubscriptionRule { Match = rule.Match, Path = rule.Path }));
        return message;
    }
}
