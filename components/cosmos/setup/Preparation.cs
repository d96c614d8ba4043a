using System.Net;
using Microsoft.Azure.Cosmos;

namespace CosmosSetup;

/// <summary>Makes what is missing in an account, and looks at what is there.</summary>
/// <param name="client">The account.</param>
/// <param name="target">Which container.</param>
/// <param name="arguments">What may be done.</param>
/// <param name="report">Hears of everything seen and done.</param>
internal sealed class Preparation(CosmosClient client, StoreTarget target, SetupArguments arguments, Action<Finding> report)
{
    private bool _isWrong;

    /// <returns>Whether the suite can run.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        AccountProperties account = await client.ReadAccountAsync().WaitAsync(cancellationToken);
        Database database = client.GetDatabase(target.Database);
        if (!await IsThereAsync(() => database.ReadAsync(cancellationToken: cancellationToken)))
        {
            if (arguments.Check)
            {
                Say(Weight.Wrong, $"There is no database {target.Database}, nor its container {target.Collection}. {WithoutCheck}");
                return false;
            }

            await MakeAsync(
                () => client.CreateDatabaseAsync(target.Database, cancellationToken: cancellationToken), $"database {target.Database}");
        }

        Container container = database.GetContainer(target.Collection);
        if (await FindAsync(container, cancellationToken) is { } found)
        {
            found = await MendAsync(container, found, cancellationToken);
            Say(Weight.Fine, $"The container {target.Collection} is there.");
            Hear(ContainerShape.Examine(found, target.File));
        }
        else if (arguments.Check)
        {
            Say(Weight.Wrong, $"The database {target.Database} has no container {target.Collection}. {WithoutCheck}");
            return false;
        }
        else
        {
            ContainerProperties wanted = ContainerShape.New(target.Collection);
            await MakeAsync(
                () => database.CreateContainerAsync(wanted, Wanted.Properties, cancellationToken: cancellationToken),
                $"container {target.Collection}: partition key {ContainerShape.PartitionKeyPath}, time to live on, "
                + $"nothing indexed but ids, {Wanted}");

            // Read again: what counts is what the service, or another one's hand, has made of it.
            Hear(ContainerShape.Examine((await container.ReadContainerAsync(cancellationToken: cancellationToken)).Resource, target.File));
        }

        await TellThroughputAsync(database, container, cancellationToken);
        TellConsistency(account.Consistency.DefaultConsistencyLevel);
        return !_isWrong;
    }

    private Throughput Wanted => arguments.Throughput ?? Throughput.Default;

    private string WithoutCheck => $"Without --check they are made, with {Wanted}.";

    private async Task<ContainerProperties> MendAsync(Container container, ContainerProperties found, CancellationToken cancellationToken)
    {
        IReadOnlyList<Finding> faults = ContainerShape.Examine(found, target.File);
        if (!arguments.Fix || faults.Count == 0 || !faults.All(static fault => fault.CanFix))
        {
            return found;
        }

        ContainerProperties mended = await container.ReplaceContainerAsync(
            ContainerShape.Mend(found), new ContainerRequestOptions { IfMatchEtag = found.ETag }, cancellationToken);
        Say(Weight.Fine, $"Set time to live and indexing of the container {target.Collection}.");
        return mended;
    }

    private async Task TellThroughputAsync(Database database, Container container, CancellationToken cancellationToken)
    {
        var options = new RequestOptions();
        ThroughputProperties? own = await ThroughputAsync(() => container.ReadThroughputAsync(options, cancellationToken));
        ThroughputProperties? shared = own is null
            ? await ThroughputAsync(() => database.ReadThroughputAsync(options, cancellationToken))
            : null;
        if (target.IsLocal && (own ?? shared) is null)
        {
            // Emulators take a throughput without keeping it, and cost nothing.
            return;
        }

        report(Cost.Of(own ?? shared, own is null));
        if (arguments.Throughput is { } asked && Amounts(own) != Amounts(asked))
        {
            Say(
                Weight.Costs,
                $"You ask for {asked}. The throughput of a container that exists is left as it is; change it in the portal.");
        }
    }

    // With autoscale the service names what is in use at the moment, too.
    private static (int? Manual, int? Autoscale) Amounts(ThroughputProperties? throughput) =>
        throughput?.AutoscaleMaxThroughput is { } most ? (null, most) : (throughput?.Throughput, null);

    private static (int? Manual, int? Autoscale) Amounts(Throughput throughput) => throughput switch
    {
        Throughput.Manual manual => (manual.RequestUnits, null),
        Throughput.Autoscale autoscale => (null, autoscale.RequestUnitsMax),
        _ => (null, null),
    };

    /// <summary>The throughput, or null where there is none: none of one's own (404), or none in the whole account (400).</summary>
    private static async Task<ThroughputProperties?> ThroughputAsync(Func<Task<ThroughputResponse>> read)
    {
        try
        {
            return await read();
        }
        catch (CosmosException exception) when (exception.StatusCode == HttpStatusCode.NotFound || Trouble.IsServerless(exception))
        {
            return null;
        }
    }

    /// <summary>
    /// Dapr's component keeps no session token between requests, so "Session" promises it no more than "Eventual" does. An emulator has
    /// one copy of everything.
    /// </summary>
    private void TellConsistency(ConsistencyLevel level)
    {
        if (!target.IsLocal && level is not (ConsistencyLevel.Strong or ConsistencyLevel.BoundedStaleness))
        {
            Say(
                Weight.Costs,
                $"The account's consistency is {level}. Dapr's component carries no session token, so a read may answer with "
                + "what was before the last write, and JobOrchestrator loads shards and settles unclear commits by reading. "
                + "Set the account's default consistency to Bounded staleness or Strong (reads then cost twice the RUs).");
        }
    }

    private static async Task<ContainerProperties?> FindAsync(Container container, CancellationToken cancellationToken)
    {
        ContainerProperties? found = null;
        await IsThereAsync(async () => found = (await container.ReadContainerAsync(cancellationToken: cancellationToken)).Resource);
        return found;
    }

    private static async Task<bool> IsThereAsync(Func<Task> read)
    {
        try
        {
            await read();
            return true;
        }
        catch (CosmosException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    private async Task MakeAsync(Func<Task> make, string what)
    {
        try
        {
            await make();
            Say(Weight.Fine, $"Made the {what}.");
        }
        catch (CosmosException exception) when (exception.StatusCode == HttpStatusCode.Conflict)
        {
            Say(Weight.Fine, $"Somebody else has just made the {what.Split(':')[0]}.");
        }
    }

    private void Hear(IEnumerable<Finding> findings)
    {
        foreach (Finding finding in findings)
        {
            _isWrong |= finding.Weight == Weight.Wrong;
            report(finding);
        }
    }

    private void Say(Weight weight, string sentence) => Hear([new Finding(weight, sentence)]);
}
