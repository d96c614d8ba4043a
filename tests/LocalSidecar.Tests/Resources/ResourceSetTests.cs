using LocalSidecar.Errors;
using LocalSidecar.Resources;
using LocalSidecar.Tests.Support;
using TestSupport;

namespace LocalSidecar.Tests.Resources;

public sealed class ResourceSetTests : IDisposable
{
    private const string Jobs =
        "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {name: jobs}\nspec: {type: state.in-memory, version: v1}\n";

    private const string Subscription = "apiVersion: dapr.io/v1alpha1\nkind: Subscription\nmetadata: {name: s}\n";
    private const string Policies = "apiVersion: dapr.io/v1alpha1\nkind: Resiliency\nmetadata: {name: r}\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_ManyDocumentsAndKinds_KeepsWhatIsForTheApp()
    {
        Write("a.yaml", Jobs + "---\nkind: Configuration\napiVersion: dapr.io/v1alpha1\n---\n"
            + Jobs.Replace("jobs}", "others}\nscopes: [someone]", StringComparison.Ordinal));
        Write("b.yml", "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {name: bus}\nspec: {type: pubsub.in-memory}\n");
        Write("notes.txt", "not: yaml: at: all");

        IReadOnlyList<Component> components = Read().ComponentsFor("worker");

        Assert.Equal(["jobs", "bus"], components.Select(component => component.Name));
        Assert.Equal("v1", components[1].Version);
    }

    [Theory]
    [InlineData("state.in-memory", "keyPrefixes", " Did you mean 'keyPrefix'?")]
    [InlineData("pubsub.in-memory", "allowedTopic", " Did you mean 'allowedTopics'?")]
    [InlineData("state.in-memory", "colour", "")]
    public async Task Metadata_ThatNothingReads_IsSaidOnce(string type, string name, string meant)
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("one", null), ("two", null)], yaml: $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: {name: mine}
            spec: {type: {{type}}, version: v1, metadata: [{name: {{name}}, value: x}]}
            """);

        string line = Assert.Single(sidecar.Log.Lines, line => line.Contains("metadata", StringComparison.Ordinal));

        Assert.EndsWith($"more.yaml: component 'mine': nothing here reads its metadata '{name}'.{meant}", line, StringComparison.Ordinal);
    }

    /// <summary>A subscription or a policy that was mistyped had no effect without a word.</summary>
    [Theory]
    [InlineData(
        Subscription + "spec: {pubsubname: b, topic: t, route: /x, deadLetterTopics: d}\n", 4, "spec.deadLetterTopics", "deadLetterTopic")]
    [InlineData(
        Subscription + "spec: {pubsubname: b, topic: t, route: /x, bulkSubscribe: {enable: true}}\n",
        4,
        "spec.bulkSubscribe.enable",
        "enabled")]
    [InlineData(
        Subscription + "spec:\n  pubsubname: b\n  topic: t\n  routes:\n    rules:\n    - path: /x\n      matches: 'true'\n",
        10,
        "spec.routes.rules.matches",
        "match")]
    [InlineData(Subscription + "spec: {pubsubname: b, topic: t, route: /x}\nscope: [a]\n", 5, "scope", "scopes")]
    [InlineData(Subscription + "spec: {pubsubname: b, topic: t, route: /x, colour: red}\n", 4, "spec.colour", null)]
    [InlineData(
        Policies + "spec: {policies: {retries: {r: {maxRetry: 3}}}}\n", 4, "spec.policies.retries.r.maxRetry", "maxRetries")]
    [InlineData(Policies + "spec: {policies: {retrys: {r: {maxRetries: 3}}}}\n", 4, "spec.policies.retrys", "retries")]
    [InlineData(
        Policies + "spec: {policies: {}, targets: {components: {b: {inbond: {retry: r}}}}}\n",
        4,
        "spec.targets.components.b.inbond",
        "inbound")]
    [InlineData("apiVersion: dapr.io/v1alpha1\nkind: Resilency\nspec: {}\n", 1, "kind: Resilency", "Resiliency")]
    [InlineData("apiVersion: dapr.io/v1\nkind: Resiliency\nspec: {}\n", 1, "apiVersion: dapr.io/v1", "dapr.io/v1alpha1")]
    public async Task Name_ThatNothingReads_IsSaidOnceWithItsPlace(string yaml, int line, string path, string? meant)
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("one", null), ("two", null)], yaml: yaml);

        string said = Assert.Single(sidecar.Log.Lines, said => said.Contains("nothing here reads", StringComparison.Ordinal));

        string ending = meant is null ? "" : $" Did you mean '{meant}'?";
        Assert.EndsWith($"more.yaml, line {line}: nothing here reads '{path}'.{ending}", said, StringComparison.Ordinal);
    }

    /// <summary>One app's prefix and key must not be another's: <c>a|</c> and <c>k</c> are <c>a</c> and <c>|k</c>.</summary>
    [Theory]
    [InlineData("a|", "appid")]
    [InlineData("a||b", "appid")]
    [InlineData("a", "p|")]
    [InlineData("a", "p||q")]
    public async Task KeyPrefix_ThatCouldMeetAnothers_IsRefused(string app, string keyPrefix)
    {
        StartException refusal = await Assert.ThrowsAsync<StartException>(() => TestSidecar.StartAsync([(app, null)], yaml: $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: {name: mine}
            spec: {type: state.in-memory, version: v1, metadata: [{name: keyPrefix, value: "{{keyPrefix}}"}]}
            """));

        Assert.Contains("may not contain '||'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transactions_OfAWordThatIsNone_AreRefused()
    {
        StartException refusal = await Assert.ThrowsAsync<StartException>(() => TestSidecar.StartAsync([("one", null)], yaml: """
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: {name: mine}
            spec: {type: state.in-memory, version: v1, metadata: [{name: transactions, value: rediss}]}
            """));

        Assert.Contains("transactions may be atomic or redis, not 'rediss'", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>What Dapr reads and LocalSidecar has no use for is nobody's mistake.</summary>
    [Fact]
    public async Task Name_ThatDaprReads_IsNothingToSay()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("one", null)], yaml: """
            apiVersion: dapr.io/v1alpha1
            kind: Resiliency
            metadata: {name: r, namespace: default, labels: {a: b}}
            scopes: [one]
            spec:
              policies:
                timeouts: {general: 5s}
                retries: {r: {policy: exponential, maxInterval: 15s, maxRetries: 3, matching: {httpStatusCodes: "500"}}}
                circuitBreakers: {c: {maxRequests: 1, interval: 8s, timeout: 45s, trip: consecutiveFailures > 8}}
              targets:
                apps: {a: {timeout: general, retry: r, circuitBreaker: c, circuitBreakerCacheSize: 1}}
                actors: {A: {timeout: general, circuitBreakerScope: both}}
                components: {s: {outbound: {retry: r}, inbound: {retry: r}}}
            ---
            apiVersion: dapr.io/v2alpha1
            kind: Subscription
            metadata: {name: s}
            spec:
              pubsubname: b
              topic: t
              routes: {rules: [{match: 'true', path: /x}], default: /y}
              metadata: {rawPayload: "true"}
              bulkSubscribe: {enabled: true, maxMessagesCount: 1, maxAwaitDurationMs: 1}
            ---
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: {name: mine}
            auth: {secretStore: s}
            spec: {type: state.in-memory, version: v1, ignoreErrors: true, initTimeout: 5s, metadata: [{name: keyPrefix, value: name}]}
            ---
            apiVersion: dapr.io/v1alpha1
            kind: Configuration
            spec: {tracing: {}}
            """);

        Assert.DoesNotContain(sidecar.Log.Lines, line => line.Contains("nothing here reads", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("kind: [", "not valid YAML")]
    [InlineData(
        "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {name: x}\nspec: {type: state.redis}\n",
        "line 4: LocalSidecar has no component of type 'state.redis'")]
    [InlineData("apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {}\nspec: {type: state.in-memory}\n", "'name' is missing")]
    [InlineData("apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {name: x}\n", "'spec' is missing")]
    [InlineData(
        "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {name: bulk}\nspec: {type: pubsub.in-memory}\n",
        "cannot be named 'bulk'")]
    [InlineData(
        "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: x\nspec: {type: state.in-memory}\n", "'metadata' should be a mapping")]
    [InlineData("apiVersion: dapr.io/v1alpha1\nkind: Subscription\nspec: {pubsubname: bus, topic: t, routes: {rules: [{match: 'event.', "
        + "path: /x}]}}\n", "the rule 'event.' cannot be read")]
    [InlineData("apiVersion: dapr.io/v1alpha1\nkind: Subscription\nspec: {pubsubname: bus, route: /x}\n", "'topic' is missing")]
    [InlineData(
        "apiVersion: dapr.io/v1alpha1\nkind: Resiliency\nspec: {policies: {retries: {r: {policy: linear}}}}\n",
        "'policy' should be constant or exponential, not 'linear'")]
    [InlineData(
        "apiVersion: dapr.io/v1alpha1\nkind: Resiliency\nspec: {policies: {retries: {r: {duration: soon}}}}\n",
        "'duration' should be a duration such as 5s, not 'soon'")]
    [InlineData(
        "apiVersion: dapr.io/v1alpha1\nkind: Resiliency\nspec: {policies: {}, targets: {components: {bus: {inbound: {retry: nope}}}}}\n",
        "there is no retry policy 'nope'")]
    public void Read_Mistake_IsOneLineThatNamesTheFile(string yaml, string mistake)
    {
        Write("bad.yaml", yaml);

        StartException refusal = Assert.Throws<StartException>(Read);

        Assert.Contains("bad.yaml", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(mistake, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void Read_FolderMissing_SaysSo()
    {
        StartException refusal = Assert.Throws<StartException>(() => ResourceSet.Read([_folder["nowhere"]]));

        Assert.Contains("nowhere does not exist", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ComponentsFor_SameNameTwice_IsRefused()
    {
        Write("a.yaml", Jobs);
        Write("b.yaml", Jobs);

        StartException refusal = Assert.Throws<StartException>(() => Read().ComponentsFor("worker"));

        Assert.Contains("b.yaml: the component name 'jobs' is taken already", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SubscriptionsFor_BothVersions_AreRead()
    {
        Write("subs.yaml", """
            apiVersion: dapr.io/v1alpha1
            kind: Subscription
            metadata: {name: one}
            spec: {pubsubname: bus, topic: one, route: one/}
            ---
            apiVersion: dapr.io/v2alpha1
            kind: Subscription
            metadata: {name: two}
            spec:
              pubsubname: bus
              topic: two
              routes:
                rules: [{match: event.type == "x", path: /x}]
                default: /y
              deadLetterTopic: dead
              bulkSubscribe: {enabled: true, maxMessagesCount: 7, maxAwaitDurationMs: 20}
              metadata: {rawPayload: "true"}
            scopes: [worker]
            """);

        IReadOnlyList<SubscriptionDeclaration> mine = Read().SubscriptionsFor("worker");

        Assert.Equal([new Rule("", "/one")], mine[0].Rules);
        Assert.Equal([new Rule("event.type == \"x\"", "/x"), new Rule("", "/y")], mine[1].Rules);
        Assert.Equal(
            ("dead", true, new BulkSubscribe(true, 7, TimeSpan.FromMilliseconds(20))),
            (mine[1].DeadLetterTopic, mine[1].IsRaw, mine[1].Bulk));
        Assert.Single(Read().SubscriptionsFor("someone"));
    }

    /// <summary>No timer takes more than some 49 days, or less than none: every delivery failed by it. None is daprd's no limit.</summary>
    [Theory]
    [InlineData("87600h", 4294967294.0)]
    [InlineData("1000h", 3600000000.0)]
    [InlineData("0s", null)]
    [InlineData("-5s", null)]
    public void Resiliency_TimeoutsOfAnyLength_AreOnesThatATimerTakes(string timeout, double? milliseconds)
    {
        Write("res.yaml", $$$"""
            apiVersion: dapr.io/v1alpha1
            kind: Resiliency
            metadata: {name: res}
            spec:
              policies:
                timeouts: {some: {{{timeout}}}}
                retries:
                  some: {policy: constant, duration: {{{timeout}}}}
              targets:
                components:
                  bus: {inbound: {retry: some, timeout: some}}
            """);

        DeliveryPolicy bus = Assert.Single(Read().ResilienciesFor("worker")).For("bus");

        Assert.Equal(milliseconds, bus.Timeout?.TotalMilliseconds);
        Assert.Equal(milliseconds ?? 0, bus.Retry!.Wait(1, 0.5).TotalMilliseconds);
    }

    [Fact]
    public void Resiliency_TargetAndDefaults_GiveThePolicyOfAComponent()
    {
        Write("res.yaml", """
            apiVersion: dapr.io/v1alpha1
            kind: Resiliency
            metadata: {name: res}
            spec:
              policies:
                timeouts: {slow: 90s}
                retries:
                  some:
                    {policy: constant, duration: 300ms, maxRetries: 3,
                     matching: {httpStatusCodes: "429,500-599", gRPCStatusCodes: "4,13-14"}}
                  DefaultRetryPolicy: {policy: exponential, maxInterval: 2s}
              targets:
                components:
                  bus: {inbound: {retry: some, timeout: slow}}
            """);

        Resiliency resiliency = Assert.Single(Read().ResilienciesFor("worker"));

        DeliveryPolicy bus = resiliency.For("bus");
        Assert.Equal(
            (TimeSpan.FromMilliseconds(300), 3, TimeSpan.FromSeconds(90)), (bus.Retry!.Wait(5, 0.9), bus.Retry.MaxRetries, bus.Timeout));
        Assert.True(bus.Retry.CoversStatus(429) && bus.Retry.CoversStatus(503) && bus.Retry.CoversCode(0) && bus.Retry.CoversCode(13));
        Assert.False(bus.Retry.CoversStatus(400) || bus.Retry.CoversCode(3));
        RetryPolicy other = resiliency.For("other").Retry!;
        Assert.Null(other.MaxRetries);
        Assert.Equal(TimeSpan.FromSeconds(0.5), other.Wait(1, 0.5));
        Assert.Equal(TimeSpan.FromSeconds(2), other.Wait(50, 0.5));
    }

    [Theory]
    [InlineData("free", true, true)]
    [InlineData("a", true, false)]
    [InlineData("b", true, true)]
    [InlineData("secret", false, false)]
    [InlineData("unknown", false, false)]
    public void TopicScopes_OfAComponent_SayWhatAnAppMayUse(string topic, bool otherMay, bool workerMay)
    {
        var component = new Component("bus", Component.PubSubType, "v1", new Dictionary<string, string>
        {
            ["allowedTopics"] = "free,a,b,secret",
            ["protectedTopics"] = "secret",
            ["publishingScopes"] = "worker=free, b;nobody=",
        }, [], "bus.yaml");

        Assert.Equal(otherMay, new TopicScopes(component, "other").MayPublish(topic));
        Assert.Equal(workerMay, new TopicScopes(component, "worker").MayPublish(topic));
        Assert.Equal(otherMay, new TopicScopes(component, "worker").MaySubscribe(topic));
    }

    [Fact]
    public void Secrets_NestedAndMultiValued_AreReadAsAsked()
    {
        Write("secrets.json", """{"redis":{"password":"s3cret","ports":["1","2"]},"apiKey":"k"}""");

        var flat = SecretFile.Read(Secrets([]));
        var dotted = SecretFile.Read(Secrets(new() { ["nestedSeparator"] = "." }));
        var multi = SecretFile.Read(Secrets(new() { ["multiValued"] = "true" }));

        Assert.Equal(["apiKey", "redis:password", "redis:ports:0", "redis:ports:1"], flat.Secrets.Keys);
        Assert.Equal("s3cret", dotted.Secrets["redis.password"]["redis.password"]);
        Assert.Equal("s3cret", multi.Secrets["redis"]["password"]);
        Assert.Equal("k", multi.Secrets["apiKey"]["apiKey"]);
    }

    [Theory]
    [InlineData(null, "cannot be read")]
    [InlineData("{", "is not valid JSON")]
    [InlineData("[]", "should hold one JSON object")]
    public void Secrets_UnusableFile_IsOneLineThatNamesIt(string? content, string mistake)
    {
        if (content is not null)
        {
            Write("secrets.json", content);
        }

        StartException refusal = Assert.Throws<StartException>(() => SecretFile.Read(Secrets([])));

        Assert.Contains("secrets.json", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(mistake, refusal.Message, StringComparison.Ordinal);
    }

    private Component Secrets(Dictionary<string, string> metadata)
    {
        metadata["secretsFile"] = _folder["secrets.json"];
        return new Component("local-secrets", Component.SecretsType, "v1", metadata, [], _folder["secrets.yaml"]);
    }

    private ResourceSet Read() => ResourceSet.Read([_folder.Path]);

    private void Write(string name, string content) => File.WriteAllText(_folder[name], content);
}
