using System.Globalization;
using System.Text.Json;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Models;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation;

/// <summary>Tells the oracles what happens, and the world what they see.</summary>
internal sealed class Judges
{
    private readonly World _world;
    private readonly Judge _judge;

    public Judges(World world, Swarm swarm)
    {
        _world = world;
        _judge = new Judge(new JudgeRules
        {
            Retention = swarm.Settings.Jobs.Retention,
            EventRetention = swarm.Settings.EventRetention,
            EventBytesMax = swarm.Settings.EventBytesMax,
        });
    }

    public History History => _judge.History;

    /// <summary>The store has changed.</summary>
    public void Apply(AppliedWrites writes)
    {
        _world.Note(null, new Written(writes));
        _judge.Apply(writes);
        Look();
    }

    /// <summary>The broker has taken an event.</summary>
    public void Arrive(Lane lane, string topic, OutboxEvent item)
    {
        History.Published(new Delivery(lane.Name, topic, item.Job, SequenceOf(item), _world.Trace.Count, _world.Now));
        Look();
    }

    /// <summary>A job that has not ended, for the report; null: all have.</summary>
    public string? WhatWaits()
    {
        int waiting = 0;
        string? first = null;
        foreach (JobRecord job in _judge.Ledger.Jobs)
        {
            if (job is { Gone: null, Current: { Status: Standing.New or Standing.InProgress } current })
            {
                waiting++;
                first ??= $"job {job.Id} is {current.Status} in {current.Queue}, attempt {current.Attempt}, runs at {current.RunAt:HH:mm:ss}";
            }
        }

        return waiting == 0 ? null : $"{first}, and {waiting - 1} more";
    }

    /// <summary>The end of its id, which is <c>{jobId}-{sequence}</c>.</summary>
    private static long SequenceOf(OutboxEvent item)
    {
        var reader = new Utf8JsonReader(item.CloudEvent.Utf8);
        while (reader.Read())
        {
            if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                string id = reader.GetString()!;
                return long.Parse(id.AsSpan(id.LastIndexOf('-') + 1), CultureInfo.InvariantCulture);
            }
        }

        throw new FormatException($"An event has no id: {item.CloudEvent}");
    }

    /// <summary>An oracle's word ends the run.</summary>
    public void Look()
    {
        if (_judge.First is { } violation)
        {
            _world.Fail(violation.Oracle, violation.Sentence);
        }
    }
}
