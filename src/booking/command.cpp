#include "booking/command.hpp"

#include "booking/overloaded.hpp"

namespace berth {

std::string command_name(const Command& command) {
    return std::visit(Overloaded{
                          [](const Reserve&) { return "reserve"; },
                          [](const Enqueue&) { return "enqueue"; },
                          [](const Maintain&) { return "maintain"; },
                          [](const Modify&) { return "modify"; },
                          [](const Cancel&) { return "cancel"; },
                          [](const Release&) { return "release"; },
                          [](const Transfer&) { return "transfer"; },
                          [](const Accept&) { return "accept"; },
                          [](const Decline&) { return "decline"; },
                          [](const CheckIn&) { return "check_in"; },
                          [](const AttemptStarted&) { return "attempt_started"; },
                          [](const AttemptEnded&) { return "attempt_ended"; },
                          [](const SaveCheckpoint&) { return "save_checkpoint"; },
                          [](const ReportExpectedEnd&) { return "report_expected_end"; },
                          [](const ReportUse&) { return "report_use"; },
                          [](const ReportWaiting&) { return "report_waiting"; },
                          [](const ReportDevices&) { return "report_devices"; },
                          [](const ReportOccupants&) { return "report_occupants"; },
                          [](const ReportHealth&) { return "report_health"; },
                          [](const ReportPreflight&) { return "report_preflight"; },
                          [](const DeclareFleet&) { return "declare_fleet"; },
                          [](const RecordSnapshot&) { return "record_snapshot"; },
                          [](const Tick&) { return "tick"; },
                      },
                      command);
}

}  // namespace berth
