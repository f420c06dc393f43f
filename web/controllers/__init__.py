"""The pages of the site, by what people come to do. A new controller gets one import and one line here."""

from litestar.types import ControllerRouterHandler

from web.api.vacancies import VacanciesApi
from web.controllers.answering import LinkController, ProposalController
from web.controllers.asking import AskingController
from web.controllers.buddies import LinkBuddyController, OwnBuddyController
from web.controllers.buddy_asking import BuddyAskingController
from web.controllers.buddy_cases import BuddyCaseController
from web.controllers.care import CareController
from web.controllers.caring import CaringController
from web.controllers.clubs import InvitationController, OrganisationController, VacancyController
from web.controllers.clubs_listing import ListingController
from web.controllers.clubs_managing import ManagingController, StaffOrganisationController
from web.controllers.concerns import ConcernController, WorryController
from web.controllers.coordinating import CoordinatingController
from web.controllers.credentials import (
    AddressController,
    CodeController,
    CredentialsController,
    SecondFactorController,
)
from web.controllers.dates import DatesController, EvaluationController, LinkDatesController
from web.controllers.deskwork import CallsController, PostController
from web.controllers.driving import DrivingController
from web.controllers.driving_day import DayController, LinkDayController, StandbyController, StandbyLinkController
from web.controllers.figures import FiguresController
from web.controllers.finding import FindingController
from web.controllers.garden_days import GardenGroupsController, GardenWorkController, OwnGardenDaysController
from web.controllers.handovers import HandOverController, HandOverLinkController, OwnHandOverController
from web.controllers.health import HealthController
from web.controllers.intake import IntakeController
from web.controllers.looks import LooksController
from web.controllers.meeting import MeetingController
from web.controllers.merging import MergingController
from web.controllers.moderating import ModeratingController, SuspensionController
from web.controllers.my_page import MyPageController
from web.controllers.offering import OfferingController
from web.controllers.own_house import CalendarController, OwnHouseController, calendar_feed
from web.controllers.own_rides import OwnRidesController
from web.controllers.own_texts import BlockedController, OwnTextsController, WishesController
from web.controllers.privacy import EraseForController, PrivacyController, StatementController
from web.controllers.recognition import (
    CertificateController,
    HoursController,
    HoursLinkController,
    RecognitionController,
    ServiceWorkController,
)
from web.controllers.ride_board import RideBoardController
from web.controllers.ride_cases import RideCaseController
from web.controllers.ride_drivers import RideDriversController, RideMoneyController
from web.controllers.ride_intake import RideIntakeController
from web.controllers.riding import RidingController
from web.controllers.series import SeriesController
from web.controllers.sign_ins import SignInsController
from web.controllers.signing import SigningController
from web.controllers.social_map import GoingThereController, SocialMapController
from web.controllers.social_map_work import SocialMapWorkController
from web.controllers.start import StartController
from web.controllers.talk import BlockedPeopleController, ConversationController, ReportingController
from web.controllers.tasks import TasksController
from web.controllers.teams import TeamController
from web.controllers.texts import PosterController, TextController
from web.controllers.undelivered import UndeliveredController
from web.controllers.workbench import WorkbenchController
from web.controllers.young import GuardianController, YoungController, YoungWorkController

CONTROLLERS: tuple[ControllerRouterHandler, ...] = (
    StartController,
    LooksController,
    HealthController,
    AskingController,
    RidingController,
    OwnRidesController,
    SeriesController,
    DrivingController,
    DayController,
    LinkDayController,
    StandbyController,
    StandbyLinkController,
    RideBoardController,
    RideCaseController,
    RideDriversController,
    RideMoneyController,
    RideIntakeController,
    BuddyAskingController,
    LinkBuddyController,
    OwnBuddyController,
    BuddyCaseController,
    CaringController,
    MyPageController,
    SigningController,
    SignInsController,
    CredentialsController,
    SecondFactorController,
    CodeController,
    AddressController,
    OfferingController,
    YoungController,
    RecognitionController,
    HoursController,
    HoursLinkController,
    CertificateController,
    ServiceWorkController,
    GuardianController,
    YoungWorkController,
    FindingController,
    OrganisationController,
    VacancyController,
    InvitationController,
    ManagingController,
    StaffOrganisationController,
    ListingController,
    VacanciesApi,
    LinkController,
    ProposalController,
    MeetingController,
    ConversationController,
    ReportingController,
    BlockedPeopleController,
    OwnTextsController,
    BlockedController,
    WishesController,
    ModeratingController,
    SuspensionController,
    DatesController,
    LinkDatesController,
    EvaluationController,
    OwnHouseController,
    CalendarController,
    calendar_feed,
    FiguresController,
    UndeliveredController,
    CareController,
    TextController,
    PosterController,
    SocialMapController,
    SocialMapWorkController,
    GoingThereController,
    GardenGroupsController,
    OwnGardenDaysController,
    GardenWorkController,
    TasksController,
    HandOverController,
    OwnHandOverController,
    HandOverLinkController,
    WorryController,
    ConcernController,
    CoordinatingController,
    WorkbenchController,
    MergingController,
    TeamController,
    IntakeController,
    CallsController,
    PostController,
    PrivacyController,
    EraseForController,
    StatementController,
)
