package web

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"wiredesk/store"
)

// metrics are what /metrics tells, in the text format of Prometheus. Nothing of it names a source,
// a title or an address.
type metrics struct {
	registry *prometheus.Registry
	polls    *prometheus.CounterVec
	failures *prometheus.CounterVec
	harvests prometheus.Histogram
	requests *prometheus.CounterVec
}

func newMetrics(states func(context.Context) (map[store.State]int, error)) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		polls:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "wiredesk_polls_total", Help: "Polls of sources, by what came of them."}, []string{"outcome"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "wiredesk_poll_failures_total", Help: "Polls that failed, by the stage at which."}, []string{"stage"}),
		harvests: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "wiredesk_harvest_seconds", Help: "How long harvests took.", Buckets: prometheus.ExponentialBuckets(0.1, 2, 14)}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "wiredesk_requests_total", Help: "Requests for pages, by what came of them."}, []string{"outcome"}),
	}
	m.registry.MustRegister(m.polls, m.failures, m.harvests, m.requests, queueCollector{states}, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, o := range []string{"new", "known", "not_modified", "failed"} { // so that a rate begins at 0
		m.polls.WithLabelValues(o)
	}
	return m
}

// Harvest is what one harvest came to, for the metrics.
type Harvest struct {
	New, Known, NotModified int            // polls that brought something, nothing, were not modified
	Failed                  map[string]int // polls that failed, by stage
	Elapsed                 time.Duration
}

// Harvested counts a harvest.
func (s *Server) Harvested(h Harvest) {
	m := s.metrics
	m.harvests.Observe(h.Elapsed.Seconds())
	m.polls.WithLabelValues("new").Add(float64(h.New))
	m.polls.WithLabelValues("known").Add(float64(h.Known))
	m.polls.WithLabelValues("not_modified").Add(float64(h.NotModified))
	for stage, n := range h.Failed {
		m.polls.WithLabelValues("failed").Add(float64(n))
		m.failures.WithLabelValues(stage).Add(float64(n))
	}
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// count counts the requests that a handler answers.
func (m *metrics) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		m.requests.WithLabelValues(outcome(seen.status)).Inc()
	})
}

func outcome(status int) string {
	switch {
	case status < 300:
		return "ok"
	case status < 400:
		return "redirect"
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return "refused"
	case status == http.StatusConflict:
		return "conflict"
	case status < 500:
		return "mistake"
	}
	return "failed"
}

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.MaxBytesReader and http.ResponseController find what they need.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// queueCollector asks how many candidates are in each state when somebody wants to know.
type queueCollector struct {
	states func(context.Context) (map[store.State]int, error)
}

var queueDesc = prometheus.NewDesc("wiredesk_candidates", "Candidates, by state.", []string{"state"}, nil)

func (c queueCollector) Describe(to chan<- *prometheus.Desc) { to <- queueDesc }

func (c queueCollector) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	counts, err := c.states(ctx)
	if err != nil {
		to <- prometheus.NewInvalidMetric(queueDesc, err)
		return
	}
	for _, st := range store.States {
		to <- prometheus.MustNewConstMetric(queueDesc, prometheus.GaugeValue, float64(counts[st]), string(st))
	}
}

// health answers a watchdog: the database can be read.
func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if err := s.cfg.Desk().Store.StillThere(); err != nil {
		http.Error(w, "the database is gone", http.StatusServiceUnavailable)
		return
	}
	if _, err := s.cfg.Desk().Store.LastAct(r.Context()); err != nil {
		http.Error(w, "the database cannot be read", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ok\n"))
}
