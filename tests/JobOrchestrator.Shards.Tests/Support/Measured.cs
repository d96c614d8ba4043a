using System.Diagnostics.Metrics;

namespace JobOrchestrator.Shards.Tests;

/// <summary>Hears everything that one meter measures, as an exporter would.</summary>
internal sealed class Measured : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<(string Name, string Labels, double Value)> _measurements = []; // also the lock that guards it

    public Measured(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) => Add(instrument, value, labels));
        _listener.SetMeasurementEventCallback<double>((instrument, value, labels, _) => Add(instrument, value, labels));
        _listener.Start();
    }

    /// <summary>The sum of what was measured with these labels, as <c>queue=a type=b</c>.</summary>
    public double Sum(string name, string labels = "") => Values(name, labels).Sum();

    /// <summary>What was measured with these labels, in order.</summary>
    public IReadOnlyList<double> Values(string name, string labels = "")
    {
        lock (_measurements)
        {
            return [.. _measurements.Where(one => one.Name == name && one.Labels == labels).Select(one => one.Value)];
        }
    }

    /// <summary>The labels with which something was measured.</summary>
    public IReadOnlySet<string> Labels(string name)
    {
        lock (_measurements)
        {
            return _measurements.Where(one => one.Name == name).Select(one => one.Labels).ToHashSet();
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        string text = string.Join(' ', labels.ToArray().Select(label => $"{label.Key}={label.Value}"));
        lock (_measurements)
        {
            _measurements.Add((instrument.Name, text, value));
        }
    }
}
